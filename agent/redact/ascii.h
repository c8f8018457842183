// What kind of byte a byte is, in ASCII and without a locale.
//
// Threads    Any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tailrace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsLetter(char c) { return IsUpper(c) || IsLower(c); }
constexpr bool IsAlphanumeric(char c) { return IsDigit(c) || IsLetter(c); }
constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool IsBase64Url(char c) { return IsAlphanumeric(c) || c == '-' || c == '_'; }
constexpr bool IsBase64(char c) { return IsAlphanumeric(c) || c == '+' || c == '/'; }
constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

// The byte at `index`, or NUL outside of the text.
constexpr char ByteAt(std::string_view text, size_t index) {
  return index < text.size() ? text[index] : '\0';
}
// The byte before `index`, or NUL at the begin.
constexpr char ByteBefore(std::string_view text, size_t index) {
  return index > 0 ? text[index - 1] : '\0';
}

// The end of the run of bytes from `begin` on that `is` accepts, of at most `limit` bytes.
template <typename Predicate>
constexpr size_t RunEnd(std::string_view text, size_t begin, Predicate is,
                        size_t limit = std::string_view::npos) {
  const size_t stop = limit < text.size() - begin ? begin + limit : text.size();
  while (begin < stop && is(text[begin])) ++begin;
  return begin;
}
// The begin of the run that ends at `end`.
template <typename Predicate>
constexpr size_t RunBegin(std::string_view text, size_t end, Predicate is, size_t limit) {
  const size_t stop = limit < end ? end - limit : 0;
  while (end > stop && is(text[end - 1])) --end;
  return end;
}

// `lower` is in lower case.
constexpr bool EqualsNoCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return ToLower(a) == b; });
}
constexpr bool StartsWithNoCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && EqualsNoCase(text.substr(0, lower.size()), lower);
}
constexpr bool EndsWithNoCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         EqualsNoCase(text.substr(text.size() - lower.size()), lower);
}

}  // namespace tailrace
