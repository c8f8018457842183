#include "parsers/patterns/capture_type.h"

#include <algorithm>
#include <cstring>

namespace tailrace {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t DigitsAt(std::string_view text, size_t at) {
  size_t count = 0;
  while (at + count < text.size() && IsDigit(text[at + count])) ++count;
  return count;
}

// The pieces of [+-]digits[.digits][e[+-]digits].
struct Decimal {
  bool negative = false;
  std::string_view whole;     // Without leading zeros.
  std::string_view fraction;  // Without the point.
  std::string_view exponent;  // With the "e".
  bool plain = false;         // JSON would write it the same.
};

bool ReadDecimal(std::string_view text, Decimal& number) {
  size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    at = 1;
  }
  number.plain = text.empty() || text[0] != '+';
  number.whole = text.substr(at, DigitsAt(text, at));
  at += number.whole.size();
  const size_t zeros = std::min(number.whole.find_first_not_of('0'), number.whole.size());
  const size_t extra = zeros == number.whole.size() && zeros > 0 ? zeros - 1 : zeros;
  if (extra > 0 || number.whole.empty()) number.plain = false;
  const bool has_whole = !number.whole.empty();
  number.whole.remove_prefix(extra);
  if (at < text.size() && text[at] == '.') {
    number.fraction = text.substr(at + 1, DigitsAt(text, at + 1));
    at += 1 + number.fraction.size();
    if (number.fraction.empty()) number.plain = false;
  }
  if (!has_whole && number.fraction.empty()) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
    const size_t count = DigitsAt(text, digits);
    if (count == 0) return false;
    number.exponent = text.substr(at, digits + count - at);
    at = digits + count;
  }
  return at == text.size();
}

char* Put(char* out, std::string_view text) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

std::string_view WriteDecimal(const Decimal& number, bool whole_only, ByteArena& arena) {
  const size_t most = 4 + number.whole.size() + number.fraction.size() + number.exponent.size();
  char* const begin = arena.Allocate(most);
  char* out = begin;
  const std::string_view whole = number.whole.empty() ? std::string_view("0") : number.whole;
  if (number.negative && !(whole_only && whole == "0")) *out++ = '-';
  out = Put(out, whole);
  if (!whole_only) {
    if (!number.fraction.empty()) *out++ = '.';
    out = Put(Put(out, number.fraction), number.exponent);
  }
  const size_t size = static_cast<size_t>(out - begin);
  arena.Shrink(most - size);
  return {begin, size};
}

bool IsWord(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char c, char l) { return (c | 0x20) == l; });
}

}  // namespace

Field TypedField(std::string_view name, std::string_view text, CaptureType type, ByteArena& arena) {
  Field field = {.name = name, .value = text, .kind = FieldKind::kText, .ours = true};
  if (type == CaptureType::kText) return field;
  if (type == CaptureType::kBool) {
    const bool is_true = IsWord(text, "true");
    if (!is_true && !IsWord(text, "false")) return field;
    field.kind = is_true ? FieldKind::kTrue : FieldKind::kFalse;
    field.value = is_true ? "true" : "false";
    return field;
  }
  Decimal number;
  if (!ReadDecimal(text, number)) return field;
  const bool whole_only = type == CaptureType::kInt;
  if (whole_only && !number.exponent.empty()) return field;
  field.kind = FieldKind::kNumber;
  const bool is_whole = number.fraction.empty() && number.exponent.empty();
  if (!number.plain || (whole_only && !is_whole) || (whole_only && text == "-0")) {
    field.value = WriteDecimal(number, whole_only, arena);
  }
  return field;
}

}  // namespace tailrace
