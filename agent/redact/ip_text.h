// The text forms of addresses of the Internet Protocol.
//
// Threads    Any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tailrace {

// The end of the dotted address that begins at `begin`, or `begin`: four numbers of up to 255
// without leading zeros. What follows is not looked at, but for a further digit.
size_t Ipv4End(std::string_view text, size_t begin);

using Ipv6Groups = std::array<uint16_t, 8>;

struct Ipv6Address {
  Ipv6Groups groups = {};
  uint8_t written = 0;  // Groups that stand in the text.
  bool compressed = false;
  bool pairs_only = true;  // Every group has exactly two digits.
};

// RFC 4291 section 2.2, all three forms. The whole text must be an address.
std::optional<Ipv6Address> ParseIpv6(std::string_view text);

}  // namespace tailrace
