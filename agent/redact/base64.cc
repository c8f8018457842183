#include "agent/redact/base64.h"

#include <cstdint>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

int SextetOf(char c) {
  if (IsUpper(c)) return c - 'A';
  if (IsLower(c)) return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

}  // namespace

size_t DecodeBase64(std::string_view text, char* out, size_t room) {
  uint32_t bits = 0;
  int held = 0;
  size_t size = 0;
  for (const char c : text) {
    const int sextet = SextetOf(c);
    if (sextet < 0) break;
    bits = bits << 6 | static_cast<uint32_t>(sextet);
    held += 6;
    if (held < 8) continue;
    if (size == room) break;
    held -= 8;
    out[size++] = static_cast<char>(bits >> held & 0xff);
  }
  return size;
}

}  // namespace tailrace
