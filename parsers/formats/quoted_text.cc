#include "parsers/formats/quoted_text.h"

#include <cstddef>
#include <cstdint>

#include "agent/json/escape_sequence.h"
#include "parsers/byte_scan.h"

namespace tailrace {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The number of the `digits` hexadecimal digits at `at`, or -1.
int64_t HexNumber(const char* at, const char* end, int digits) {
  if (end - at < digits) return -1;
  int64_t number = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = HexDigit(at[i]);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

// What the character behind a backslash stands for, or -1 when it is none of the simple escapes.
int SimpleEscape(char c) {
  constexpr std::string_view kNames = "ntrabfv\"'\\/";
  constexpr std::string_view kValues = "\n\t\r\a\b\f\v\"'\\/";
  const size_t index = kNames.find(c);
  return index == std::string_view::npos ? -1 : static_cast<unsigned char>(kValues[index]);
}

constexpr int64_t kCodePointMax = 0x10ffff;
bool IsSurrogate(int64_t code_point) { return code_point >= 0xd800 && code_point <= 0xdfff; }

// Writes what the escape at the backslash `at` stands for and moves `at` behind it.
char* Unescape(const char*& at, const char* end, char* out) {
  const char c = at + 1 < end ? at[1] : '\0';
  const int simple = at + 1 < end ? SimpleEscape(c) : -1;
  if (simple >= 0) {
    at += 2;
    *out++ = static_cast<char>(simple);
    return out;
  }
  const int64_t byte = c == 'x' ? HexNumber(at + 2, end, 2) : -1;
  if (byte >= 0) {
    at += 4;
    *out++ = static_cast<char>(byte);
    return out;
  }
  if (c == 'u') {
    const EscapeSequence sequence = DecodeEscape(at, end);
    if (sequence.length > 0) {
      at += sequence.length;
      return EncodeUtf8(sequence.lone_surrogate ? kReplacementCharacter : sequence.code_point, out);
    }
  }
  const int64_t code_point = c == 'U' ? HexNumber(at + 2, end, 8) : -1;
  if (code_point >= 0 && code_point <= kCodePointMax && !IsSurrogate(code_point)) {
    at += 10;
    return EncodeUtf8(static_cast<uint32_t>(code_point), out);
  }
  *out++ = *at++;
  return out;
}

}  // namespace

QuotedText ReadQuoted(const char* begin, const char* end, char quote) noexcept {
  QuotedText quoted;
  const char* at = begin;
  for (;;) {
    if (quote == '"') {
      at = FindFirst<OneOfBytes<'"', '\\'>>(at, end);
    } else {
      while (at < end && *at != quote && *at != '\\') ++at;
    }
    if (at == end || *at == quote) break;
    quoted.escaped = true;
    if (end - at < 2) {
      at = end;
      break;
    }
    at += 2;
  }
  quoted.raw = TextBetween(begin, at);
  quoted.terminated = at < end;
  return quoted;
}

std::string_view Unescaped(std::string_view raw, ByteArena& arena) {
  // No escape is shorter than what it stands for.
  char* const begin = arena.Allocate(raw.size());
  char* out = begin;
  const char* at = raw.data();
  const char* const end = at + raw.size();
  while (at < end) {
    if (*at == '\\') {
      out = Unescape(at, end, out);
    } else {
      *out++ = *at++;
    }
  }
  const auto size = static_cast<size_t>(out - begin);
  arena.Shrink(raw.size() - size);
  return {begin, size};
}

}  // namespace tailrace
