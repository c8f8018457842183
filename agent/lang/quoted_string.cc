#include "agent/lang/quoted_string.h"

#include <cctype>
#include <cstdint>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

void AppendUtf8(uint32_t code_point, std::string* out) {
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 12) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

// The value of the digit `c` in `base`, or -1.
int DigitOf(char c, int base) {
  int digit = -1;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  return digit < base ? digit : -1;
}

// Reads exactly `count` digits at `*at`; false when there are fewer.
bool ReadDigits(std::string_view text, size_t* at, int count, int base, uint32_t* value) {
  *value = 0;
  for (int i = 0; i < count; ++i, ++*at) {
    const int digit = *at < text.size() ? DigitOf(text[*at], base) : -1;
    if (digit < 0) return false;
    *value = *value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
  }
  return true;
}

// \xHH and \OOO are bytes, \uHHHH and \UHHHHHHHH are code points. `*at` is after the backslash.
bool ReadNumericEscape(std::string_view text, size_t* at, std::string* out) {
  uint32_t value = 0;
  const char kind = text[*at];
  if (kind == 'x' || (kind >= '0' && kind <= '7')) {
    const bool hex = kind == 'x';
    if (hex) ++*at;
    if (!ReadDigits(text, at, hex ? 2 : 3, hex ? 16 : 8, &value) || value > 0xFF) return false;
    out->push_back(static_cast<char>(value));
    return true;
  }
  if (kind != 'u' && kind != 'U') return false;
  ++*at;
  if (!ReadDigits(text, at, kind == 'u' ? 4 : 8, 16, &value)) return false;
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return false;
  AppendUtf8(value, out);
  return true;
}

bool ReadEscape(std::string_view text, size_t* at, std::string* out) {
  if (*at >= text.size()) return false;
  constexpr std::string_view kNames = "abfnrtv\\\"";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\\"";
  const size_t simple = kNames.find(text[*at]);
  if (simple == std::string_view::npos) return ReadNumericEscape(text, at, out);
  out->push_back(kValues[simple]);
  ++*at;
  return true;
}

}  // namespace

absl::StatusOr<QuotedString> ParseQuotedString(std::string_view text, size_t offset) {
  const char quote = text[offset];
  CHECK(quote == '"' || quote == '`');
  QuotedString parsed;
  size_t at = offset + 1;
  while (at < text.size() && text[at] != quote) {
    if (quote == '"' && text[at] == '\n') break;
    if (quote == '"' && text[at] == '\\') {
      const size_t escape = at++;
      if (!ReadEscape(text, &at, &parsed.value)) {
        return SyntaxError(escape, {"not an escape that strings know; a backslash is written \\\\, "
                                    "or the string in backticks"});
      }
      continue;
    }
    parsed.value.push_back(text[at++]);
  }
  if (at >= text.size() || text[at] != quote) {
    return SyntaxError(offset, {"this string is never closed"});
  }
  parsed.end = at + 1;
  return parsed;
}

std::string QuoteString(std::string_view value) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 0xF]};
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace tailrace
