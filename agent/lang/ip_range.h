// IpRange is what stands in LogQL's ip("..."): one address, a CIDR block or a range from one to
// another, of IPv4 or IPv6.
//
//   "192.168.4.5"    "10.0.0.0/8"    "10.0.0.1-10.0.0.9"    "::1"    "2001:db8::/32"
//
// An IPv4-mapped IPv6 address (::ffff:10.0.0.1) is the IPv4 address.
//
// Threads    A plain value.
// Failure    Parse: kInvalidArgument. What is no address in a text is in no range.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace tailrace {

struct IpAddress {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // The first four of IPv4, else all.

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// The whole text is an address; the zone of an IPv6 one (`%eth0`) is ignored.
std::optional<IpAddress> ReadIpAddress(std::string_view text) noexcept;

class IpRange {
 public:
  [[nodiscard]] static absl::StatusOr<IpRange> Parse(std::string_view text);

  bool Contains(const IpAddress& address) const {
    return address.v6 == first_.v6 && first_ <= address && address <= last_;
  }
  // Some address that stands anywhere in `text` is in the range.
  bool ContainsSomeIn(std::string_view text) const noexcept;

 private:
  IpRange(const IpAddress& first, const IpAddress& last) : first_(first), last_(last) {}
  bool ContainsSomeInRun(std::string_view run) const noexcept;

  IpAddress first_;
  IpAddress last_;
};

}  // namespace tailrace
