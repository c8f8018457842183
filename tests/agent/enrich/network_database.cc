#include "tests/agent/enrich/network_database.h"

#include <arpa/inet.h>

#include <bit>
#include <cstring>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// Section "Data types" of the specification. Those from kExtended on have a byte of their own.
enum Type : uint8_t {
  kText = 2,
  kDouble = 3,
  kUint16 = 5,
  kUint32 = 6,
  kMap = 7,
  kUint64 = 9,
  kArray = 11,
  kBool = 14
};

std::string Control(Type type, size_t size) {
  CHECK(size < 29);
  if (type <= kMap) return {static_cast<char>(type << 5 | size)};
  return {static_cast<char>(size), static_cast<char>(type - 7)};
}

std::string BigEndian(uint64_t number, size_t bytes) {
  std::string out;
  for (size_t i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

std::string Unsigned(Type type, uint64_t number, size_t bytes) {
  return Control(type, bytes) + BigEndian(number, bytes);
}

}  // namespace

NetworkDatabase::Encoded NetworkDatabase::Text(std::string_view text) {
  return Control(kText, text.size()) + std::string(text);
}

NetworkDatabase::Encoded NetworkDatabase::Double(double number) {
  return Control(kDouble, 8) + BigEndian(std::bit_cast<uint64_t>(number), 8);
}

NetworkDatabase::Encoded NetworkDatabase::Uint32(uint32_t number) {
  return Unsigned(kUint32, number, 4);
}

NetworkDatabase::Encoded NetworkDatabase::Bool(bool value) { return Control(kBool, value ? 1 : 0); }

NetworkDatabase::Encoded NetworkDatabase::Map(
    const std::vector<std::pair<std::string, Encoded>>& members) {
  Encoded out = Control(kMap, members.size());
  for (const auto& [name, value] : members) out += Text(name) + value;
  return out;
}

NetworkDatabase::Encoded NetworkDatabase::List(const std::vector<Encoded>& items) {
  Encoded out = Control(kArray, items.size());
  for (const Encoded& item : items) out += item;
  return out;
}

void NetworkDatabase::Add(const std::string& address, int bits, const Encoded& value) {
  std::array<unsigned char, 16> bytes{};
  int depth = bits;
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) {
    depth += 96;
  } else {
    CHECK(inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1);
  }
  const auto begin = static_cast<uint32_t>(data_.size());
  data_ += value;
  uint32_t node = 0;
  for (int bit = 0; bit < depth; ++bit) {
    const auto at = static_cast<size_t>(bit);
    const size_t side = bytes[at / 8] >> (7 - at % 8) & 1;
    if (bit + 1 == depth) {
      nodes_[node].value[side] = begin + 1;
      return;
    }
    if (nodes_[node].child[side] == kNothing) {
      nodes_[node].child[side] = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
    }
    node = nodes_[node].child[side];
  }
}

std::string NetworkDatabase::Bytes() const {
  const auto count = static_cast<uint32_t>(nodes_.size());
  std::string out;
  for (const Node& node : nodes_) {
    for (const size_t side : {0, 1}) {
      uint32_t record = count;  // Nothing is known here.
      if (node.child[side] != kNothing) record = node.child[side];
      if (node.value[side] != 0) record = count + 16 + node.value[side] - 1;
      out += BigEndian(record, 3);
    }
  }
  out += std::string(16, '\0') + data_ + "\xab\xcd\xefMaxMind.com";
  out += Map({{"node_count", Uint32(count)},
              {"record_size", Unsigned(kUint16, 24, 2)},
              {"ip_version", Unsigned(kUint16, 6, 2)},
              {"database_type", Text("Test")},
              {"languages", List({Text("en")})},
              {"binary_format_major_version", Unsigned(kUint16, 2, 2)},
              {"binary_format_minor_version", Unsigned(kUint16, 0, 2)},
              {"build_epoch", Unsigned(kUint64, 1767225600, 8)},
              {"description", Map({{"en", Text("for tests")}})}});
  return out;
}

}  // namespace tailrace
