// NetworkDatabase writes small MaxMind databases for tests, after the specification of the format
// (MaxMind DB File Format Specification 2.0): a tree of 24-bit records over IPv6 with IPv4 below
// ::/96, and maps of values.
//
//   NetworkDatabase database;
//   database.Add("192.0.2.0", 24, NetworkDatabase::Map({{"iso", NetworkDatabase::Text("FR")}}));
//   std::string file = database.Bytes();
//
// Threads    One test's.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace {

class NetworkDatabase {
 public:
  // A value, as it is written.
  using Encoded = std::string;

  NetworkDatabase() : nodes_(1) {}

  static Encoded Text(std::string_view text);
  static Encoded Double(double number);
  static Encoded Uint32(uint32_t number);
  static Encoded Bool(bool value);
  static Encoded Map(const std::vector<std::pair<std::string, Encoded>>& members);
  static Encoded List(const std::vector<Encoded>& items);

  // `address` in IPv4's or IPv6's form; `bits` of that form.
  void Add(const std::string& address, int bits, const Encoded& value);
  std::string Bytes() const;

 private:
  static constexpr uint32_t kNothing = 0;

  struct Node {
    // A node beyond the root, or kNothing.
    std::array<uint32_t, 2> child{};
    // Where the value begins in data_, and one more; or 0.
    std::array<uint32_t, 2> value{};
  };

  std::vector<Node> nodes_;
  std::string data_;
};

}  // namespace tailrace
