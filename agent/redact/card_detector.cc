#include "agent/redact/card_detector.h"

#include <charconv>
#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/checksum.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr size_t kMinDigits = 12;
constexpr size_t kMaxDigits = 19;

// Issuer identification numbers, by their first four digits.
struct IssuerRange {
  int first;
  int last;
  uint8_t min_digits;
  uint8_t max_digits;
  uint8_t min_digits_named;  // Behind a name such as "card".
};
constexpr IssuerRange kIssuers[] = {
    {2200, 2204, 16, 19, 16},                            // Mir
    {2221, 2720, 16, 16, 16},                            // Mastercard
    {3000, 3059, 14, 19, 14},                            // Diners Club
    {3095, 3095, 14, 19, 14}, {3400, 3499, 15, 15, 15},  // American Express
    {3528, 3589, 16, 19, 16},                            // JCB
    {3600, 3699, 14, 19, 14}, {3700, 3799, 15, 15, 15}, {3800, 3999, 14, 19, 14},
    {4000, 4999, 16, 19, 13},  // Visa, whose numbers of 13 digits are as good as extinct
    {5018, 5020, 16, 19, 12},  // Maestro, Dankort
    {5038, 5038, 16, 19, 12}, {5060, 5061, 16, 19, 16},  // Verve
    {5100, 5599, 16, 16, 16}, {5612, 5612, 16, 19, 12}, {5893, 5893, 16, 19, 12},
    {6000, 6099, 16, 19, 16},                            // Discover, RuPay
    {6200, 6299, 16, 19, 16},                            // UnionPay
    {6304, 6304, 16, 19, 12}, {6370, 6399, 16, 16, 16},  // InstaPayment
    {6440, 6599, 16, 19, 16}, {6759, 6763, 16, 19, 12}, {9792, 9792, 16, 16, 16},  // Troy
};

bool IsIssued(std::string_view digits, bool named) {
  int first = 0;
  std::from_chars(digits.data(), digits.data() + 4, first);
  for (const IssuerRange& range : kIssuers) {
    if (first < range.first || first > range.last) continue;
    const size_t least = named ? range.min_digits_named : range.min_digits;
    if (digits.size() < least || digits.size() > range.max_digits) continue;
    // Visa has 13, 16 and 19 digits.
    return range.first != 4000 || digits.size() % 3 == 1;
  }
  return false;
}

bool IsNamedCard(const NamedText& subject, size_t begin) {
  return NameEndsWith(NameBefore(subject, begin), {"card", "card_number", "card_no", "card_num",
                                                   "_pan", "visa", "maestro", "_cc", "_cc_number"});
}

bool IsCard(const NamedText& subject, size_t begin, std::string_view digits) {
  if (!PassesLuhn(digits)) return false;
  return IsIssued(digits, false) || (IsIssued(digits, true) && IsNamedCard(subject, begin));
}

// No part of a longer number, word, decimal or identifier with dashes.
bool IsFreeBefore(std::string_view text, size_t begin) {
  const char before = ByteBefore(text, begin);
  if (IsAlphanumeric(before) || before == '+') return false;
  return !(before == '-' || before == '.') || begin < 2 || !IsAlphanumeric(text[begin - 2]);
}

// The digits of up to five groups with the same separator.
struct Groups {
  char digits[32];
  size_t sizes[5] = {};
  size_t ends[5] = {};
  size_t count = 0;
};

Groups ReadGroups(std::string_view text, size_t begin) {
  Groups groups;
  const char separator = ByteAt(text, begin + 4);
  size_t total = 0;
  while (groups.count < 5) {
    const size_t end = RunEnd(text, begin, IsDigit, 7);
    const size_t size = end - begin;
    if (size == 0 || size > 6) break;
    text.copy(groups.digits + total, size, begin);
    total += size;
    groups.sizes[groups.count] = size;
    groups.ends[groups.count++] = end;
    if (ByteAt(text, end) != separator) break;
    begin = end + 1;
  }
  return groups;
}

// How many groups, from the first on, are those of a card: 4-4-4-4-3, 4-4-4-4, 4-6-5, 4-6-4.
size_t CardGroups(const Groups& groups, size_t count) {
  const auto is = [&groups](size_t index, size_t size) { return groups.sizes[index] == size; };
  if (groups.count < count || !is(0, 4)) return 0;
  if (count == 5) return is(1, 4) && is(2, 4) && is(3, 4) && is(4, 3) ? 19 : 0;
  if (count == 4) return is(1, 4) && is(2, 4) && is(3, 4) ? 16 : 0;
  return is(1, 6) && (is(2, 5) || is(2, 4)) ? 10 + groups.sizes[2] : 0;
}

// The end of the grouped card at `begin`, or `begin`.
size_t GroupedCardEnd(const NamedText& subject, size_t begin) {
  const std::string_view text = subject.text;
  const Groups groups = ReadGroups(text, begin);
  for (size_t count = 5; count >= 3; --count) {
    const size_t digits = CardGroups(groups, count);
    if (digits == 0 || !IsCard(subject, begin, {groups.digits, digits})) continue;
    const size_t end = groups.ends[count - 1];
    const bool goes_on = ByteAt(text, end) == '-' && IsAlphanumeric(ByteAt(text, end + 1));
    if (!goes_on && !IsAlphanumeric(ByteAt(text, end))) return end;
  }
  return begin;
}

}  // namespace

void FindCreditCards(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t begin = 0; begin < text.size();) {
    if (!IsDigit(text[begin])) {
      ++begin;
      continue;
    }
    size_t end = RunEnd(text, begin, IsDigit);
    const size_t size = end - begin;
    if (IsFreeBefore(text, begin)) {
      const char after = ByteAt(text, end);
      const bool grouped = size == 4 && (after == ' ' || after == '-');
      const bool fraction = after == '.' && IsDigit(ByteAt(text, end + 1));
      const bool whole = size >= kMinDigits && size <= kMaxDigits && !IsLetter(after) && !fraction;
      size_t card_end = begin;
      if (grouped) card_end = GroupedCardEnd(subject, begin);
      if (whole && IsCard(subject, begin, text.substr(begin, size))) card_end = end;
      if (card_end > begin) {
        findings.emplace_back(begin, card_end, Detector::kCreditCard);
        end = card_end;
      }
    }
    begin = end;
  }
}

}  // namespace tailrace
