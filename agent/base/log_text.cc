#include "agent/base/log_text.h"

#include <cstddef>
#include <cstdint>

namespace tailrace {
namespace {

constexpr size_t kMaxBytes = 2048;

bool IsControl(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

struct Character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: what begins here is no UTF-8.
};

// RFC 3629: shortest form, no surrogates, at most U+10FFFF.
Character Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
  uint32_t code = first & (0x7F >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  const uint32_t least = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, bytes};
}

}  // namespace

void AppendLogText(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool cut = text.size() > kMaxBytes;
  text = text.substr(0, kMaxBytes);
  while (!text.empty()) {
    const Character next = Decode(text);
    if (next.bytes == 0) {
      // Only the cut itself may have broken the last one.
      if (cut && text.size() < 4) break;
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    if (next.code == '"' || next.code == '\\') out += '\\';
    if (IsControl(next.code)) {
      out += "\\u00";
      out += kHex[next.code >> 4];
      out += kHex[next.code & 15];
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  if (cut) out += "...";
}

}  // namespace tailrace
