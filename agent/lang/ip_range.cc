#include "agent/lang/ip_range.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>

#include "agent/base/strings.h"
#include "agent/lang/quoted_string.h"

namespace tailrace {
namespace {

constexpr size_t kIpv6TextMax = 45;
constexpr size_t kIpv4TextMin = 7;
constexpr unsigned kIpv4Bits = 32;
constexpr unsigned kIpv6Bits = 128;
constexpr unsigned kMappedBits = 96;
constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// As it is written, IPv4-mapped addresses included.
std::optional<IpAddress> ReadRaw(std::string_view text) noexcept {
  IpAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  if (address.v6) text = text.substr(0, text.find('%'));
  if (text.size() > kIpv6TextMax) return std::nullopt;
  std::array<char, kIpv6TextMax + 1> terminated{};
  std::copy(text.begin(), text.end(), terminated.begin());
  // inet_pton would stop there.
  if (std::memchr(terminated.data(), 0, text.size()) != nullptr) return std::nullopt;
  const int family = address.v6 ? AF_INET6 : AF_INET;
  if (inet_pton(family, terminated.data(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

bool IsMapped(const IpAddress& address) {
  return address.v6 &&
         std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

IpAddress Unmapped(const IpAddress& address) {
  if (!IsMapped(address)) return address;
  IpAddress v4;
  std::copy(address.bytes.begin() + kMappedPrefix.size(), address.bytes.end(), v4.bytes.begin());
  return v4;
}

// `address` with all bits behind the first `bits` set to `value`.
IpAddress WithTail(IpAddress address, unsigned bits, bool value) {
  const unsigned end = address.v6 ? kIpv6Bits : kIpv4Bits;
  for (unsigned bit = bits; bit < end; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
    uint8_t& byte = address.bytes[bit / 8];
    byte = static_cast<uint8_t>(value ? byte | mask : byte & ~mask);
  }
  return address;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

absl::Status BadRange(std::string_view text) {
  return absl::InvalidArgumentError(
      Concat({QuoteString(text),
              " is no address, block or range; expected such as 192.168.4.5, "
              "10.0.0.0/8, 10.0.0.1-10.0.0.9 or 2001:db8::/32"}));
}

bool IsAddressByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
         c == '.';
}

// An IPv4 address behind letters and before dots that are not part of it, as in `a10.0.0.1.`.
std::optional<IpAddress> ReadIpv4In(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  while (text.ends_with('.')) text.remove_suffix(1);
  return text.size() < kIpv4TextMin ? std::nullopt : ReadRaw(text);
}

// The text without colons at its ends that are not part of an IPv6 address.
std::string_view WithoutOuterColons(std::string_view text) {
  while (text.ends_with('.')) text.remove_suffix(1);
  if (text.starts_with(':') && !text.starts_with("::")) text.remove_prefix(1);
  if (text.ends_with(':') && !text.ends_with("::")) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<IpAddress> ReadIpAddress(std::string_view text) noexcept {
  const std::optional<IpAddress> address = ReadRaw(text);
  return address.has_value() ? std::optional(Unmapped(*address)) : std::nullopt;
}

absl::StatusOr<IpRange> IpRange::Parse(std::string_view text) {
  if (const size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::optional<IpAddress> raw = ReadRaw(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const char* const end = digits.data() + digits.size();
    const auto [next, error] = std::from_chars(digits.data(), end, bits);
    if (!raw.has_value() || error != std::errc() || next != end ||
        bits > (raw->v6 ? kIpv6Bits : kIpv4Bits)) {
      return BadRange(text);
    }
    const bool mapped = IsMapped(*raw) && bits >= kMappedBits;
    const IpAddress address = mapped ? Unmapped(*raw) : *raw;
    if (mapped) bits -= kMappedBits;
    return IpRange(WithTail(address, bits, false), WithTail(address, bits, true));
  }
  const size_t dash = text.find('-');
  const std::optional<IpAddress> first = ReadIpAddress(Trimmed(text.substr(0, dash)));
  const std::optional<IpAddress> last =
      dash == std::string_view::npos ? first : ReadIpAddress(Trimmed(text.substr(dash + 1)));
  if (!first.has_value() || !last.has_value() || first->v6 != last->v6 || *last < *first) {
    return BadRange(text);
  }
  return IpRange(*first, *last);
}

bool IpRange::ContainsSomeIn(std::string_view text) const noexcept {
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    while (at < text.size() && IsAddressByte(text[at])) ++at;
    if (at == begin) {
      ++at;
    } else if (ContainsSomeInRun(text.substr(begin, at - begin))) {
      return true;
    }
  }
  return false;
}

// `run` has only bytes that addresses are made of: an IPv6 address, or IPv4 addresses with colons
// around them, such as the one before a port.
bool IpRange::ContainsSomeInRun(std::string_view run) const noexcept {
  if (std::count(run.begin(), run.end(), ':') >= 2) {
    const std::optional<IpAddress> address = ReadIpAddress(WithoutOuterColons(run));
    if (address.has_value()) return Contains(*address);
  }
  while (!run.empty()) {
    const size_t end = std::min(run.find(':'), run.size());
    const std::optional<IpAddress> address = ReadIpv4In(run.substr(0, end));
    if (address.has_value() && Contains(*address)) return true;
    run.remove_prefix(std::min(end + 1, run.size()));
  }
  return false;
}

}  // namespace tailrace
