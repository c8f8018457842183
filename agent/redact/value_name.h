// The name that stands before a value, in whatever notation: `phone=415`, `"phone": "415`,
// `<phone>415`, `phone 415`, `[phone] => 415`.
//
// Threads    Any.
// Bounds     Looks back over at most 16 bytes of separators and 64 of the name.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

// A name is made of letters, digits, '_', '-' and '.'.
constexpr bool IsNameByte(char c);

// The name before the value that begins at `offset`; the field's own name where only quotes and
// spaces stand before it; "" when there is none.
std::string_view NameBefore(const NamedText& subject, size_t offset);

// Whether `name`, whatever its case, ends with one of `endings`. A '_' within an ending stands for
// any separators or none: "api_key" is x-api-key, ApiKey, apikey. One before it says that a word
// begins there: "_tel" is tel, home_tel, homeTel, but not hotel.
bool NameEndsWith(std::string_view name, std::initializer_list<std::string_view> endings);

constexpr bool IsNameByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.';
}

}  // namespace tailrace
