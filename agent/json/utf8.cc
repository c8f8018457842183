#include "agent/json/utf8.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>

namespace tailrace {
namespace {

// Table 3-7 of the Unicode standard: how long a sequence is, and the range of its second byte.
struct Lead {
  size_t length = 0;  // 0: no sequence begins with this byte.
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xbf;
};

Lead LeadOf(uint8_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {2};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {3};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  if (byte >= 0xf1 && byte <= 0xf3) return {4};
  return {};
}

// How many of the bytes at `text` fit the sequence that its first byte begins; `length` is what a
// whole sequence has.
size_t FittingBytes(std::string_view text, const Lead& lead) {
  size_t fitting = 1;
  for (; fitting < lead.length && fitting < text.size(); ++fitting) {
    const uint8_t byte = static_cast<uint8_t>(text[fitting]);
    const uint8_t min = fitting == 1 ? lead.second_min : 0x80;
    const uint8_t max = fitting == 1 ? lead.second_max : 0xbf;
    if (byte < min || byte > max) break;
  }
  return fitting;
}

size_t AsciiBytes(std::string_view text) {
  size_t at = 0;
  for (uint64_t x; at + 8 <= text.size(); at += 8) {
    std::memcpy(&x, text.data() + at, sizeof(x));
    if ((x & 0x8080808080808080u) != 0) break;
  }
  while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

Utf8Prefix MeasureUtf8(std::string_view text) noexcept {
  size_t at = 0;
  while (true) {
    at += AsciiBytes(text.substr(at));
    if (at == text.size()) return {at, 0};
    const Lead lead = LeadOf(static_cast<uint8_t>(text[at]));
    const size_t fitting = FittingBytes(text.substr(at), lead);
    if (lead.length == 0 || fitting < lead.length) return {at, fitting};
    at += lead.length;
  }
}

bool IsValidUtf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace tailrace
