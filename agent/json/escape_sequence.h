// Decodes one escape sequence of a JSON string (RFC 8259 section 7), and writes code points as
// UTF-8.
//
// Failure    A surrogate without its other half stands for no character. RFC 8259 allows it, other
//            parsers refuse it or read U+FFFD; here it is U+FFFD, and flagged.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tailrace {

constexpr uint32_t kReplacementCharacter = 0xfffd;

struct EscapeSequence {
  uint32_t code_point = 0;
  uint32_t length = 0;  // Bytes in the text, 12 for a surrogate pair; 0 when it is malformed.
  bool lone_surrogate = false;
};

// REQUIRES: `at` < `limit`, and *at is the backslash.
EscapeSequence DecodeEscape(const char* at, const char* limit) noexcept;

// Writes up to 4 bytes and returns their end.
// REQUIRES: `code_point` is a Unicode scalar value.
char* EncodeUtf8(uint32_t code_point, char* out) noexcept;

}  // namespace tailrace
