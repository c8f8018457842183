#include "agent/redact/ip_text.h"

#include <charconv>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

// The groups before or after "::"; false when they are none.
struct GroupList {
  Ipv6Groups groups = {};
  size_t count = 0;
  bool pairs_only = true;

  bool Add(uint16_t group) {
    if (count == groups.size()) return false;
    groups[count++] = group;
    return true;
  }

  bool AddDotted(std::string_view text) {
    if (Ipv4End(text, 0) != text.size()) return false;
    uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
      unsigned value = 0;
      const char* end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
      address = address << 8 | value;
      text.remove_prefix(static_cast<size_t>(end - text.data()) + (part < 3 ? 1 : 0));
    }
    pairs_only = false;
    return Add(static_cast<uint16_t>(address >> 16)) && Add(static_cast<uint16_t>(address));
  }

  bool Read(std::string_view text) {
    while (!text.empty()) {
      const size_t colon = text.find(':');
      const std::string_view group = text.substr(0, colon);
      const bool last = colon == std::string_view::npos;
      if (last && group.find('.') != std::string_view::npos) return AddDotted(group);
      if (group.empty() || group.size() > 4) return false;
      uint16_t value = 0;
      const auto [end, error] =
          std::from_chars(group.data(), group.data() + group.size(), value, 16);
      if (error != std::errc() || end != group.data() + group.size() || !Add(value)) return false;
      pairs_only &= group.size() == 2;
      if (last) return true;
      text.remove_prefix(colon + 1);
      if (text.empty()) return false;
    }
    return true;
  }
};

}  // namespace

size_t Ipv4End(std::string_view text, size_t begin) {
  size_t at = begin;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && ByteAt(text, at++) != '.') return begin;
    const size_t end = RunEnd(text, at < text.size() ? at : text.size(), IsDigit, 4);
    const size_t size = end - at;
    if (at >= text.size() || size == 0 || size > 3 || (size > 1 && text[at] == '0')) return begin;
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + end, value);
    if (value > 255) return begin;
    at = end;
  }
  return at;
}

std::optional<Ipv6Address> ParseIpv6(std::string_view text) {
  Ipv6Address address;
  GroupList head, tail;
  const size_t gap = text.find("::");
  address.compressed = gap != std::string_view::npos;
  if (!head.Read(text.substr(0, gap))) return std::nullopt;
  if (address.compressed && !tail.Read(text.substr(gap + 2))) return std::nullopt;
  const size_t written = head.count + tail.count;
  if (address.compressed ? written > 7 : written != 8) return std::nullopt;
  // A dotted part may only stand last.
  if (address.compressed && text.substr(0, gap).find('.') != std::string_view::npos) {
    return std::nullopt;
  }
  address.written = static_cast<uint8_t>(written);
  address.pairs_only = head.pairs_only && tail.pairs_only;
  for (size_t i = 0; i < head.count; ++i) address.groups[i] = head.groups[i];
  for (size_t i = 0; i < tail.count; ++i) address.groups[8 - tail.count + i] = tail.groups[i];
  return address;
}

}  // namespace tailrace
