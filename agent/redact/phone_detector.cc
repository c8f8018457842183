#include "agent/redact/phone_detector.h"

#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/country_code.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr size_t kMaxDigits = 15;
constexpr size_t kMinNamedDigits = 7;

bool IsPhoneSeparator(char c) { return c == ' ' || c == '-' || c == '.' || c == '/'; }

// The digits of a number with its separators, and where each one ends.
struct Dialled {
  char digits[kMaxDigits + 1];
  size_t ends[kMaxDigits + 1];
  size_t count = 0;
  bool separated = false;
};

// Behind the separators at `at` and an opening bracket, when a digit follows; `at` otherwise.
size_t SkipSeparators(std::string_view text, size_t at) {
  size_t next = at;
  if (ByteAt(text, next) == ')') ++next;
  if (IsPhoneSeparator(ByteAt(text, next))) ++next;
  if (ByteAt(text, next) == '(') ++next;
  return IsDigit(ByteAt(text, next)) ? next : at;
}

// Leaves out the 0 of "+49 (0)89", which is dialled within the country only.
Dialled ReadDialled(std::string_view text, size_t at) {
  Dialled number;
  while (number.count <= kMaxDigits) {
    if (!IsDigit(ByteAt(text, at))) {
      const size_t next = SkipSeparators(text, at);
      if (next == at) break;
      number.separated = true;
      at = next;
    }
    const bool trunk = number.count > 0 && text.substr(at - 1, 3) == "(0)";
    if (!trunk) {
      number.digits[number.count] = text[at];
      number.ends[number.count++] = at + 1;
    }
    ++at;
  }
  return number;
}

bool IsEnd(std::string_view text, size_t end) {
  const char after = ByteAt(text, end);
  if (after == 'x' || after == 'X') return true;  // An extension.
  if (IsAlphanumeric(after) || after == '_') return false;
  return !(after == '-' || after == '.' || after == ':') || !IsAlphanumeric(ByteAt(text, end + 1));
}

// A group ends at digit `count`: no further digit follows without a separator.
bool IsGroupEnd(std::string_view text, const Dialled& number, size_t count) {
  const size_t end = number.ends[count - 1];
  return !IsDigit(ByteAt(text, end)) && (count < number.count || IsEnd(text, end));
}

// The end of the number with a country code whose '+' stands at `plus`, or `plus`.
size_t InternationalEnd(std::string_view text, size_t plus) {
  const Dialled number = ReadDialled(text, plus + 1);
  const CountryCode code = FindCountryCode({number.digits, number.count});
  if (code.length == 0) return plus;
  const size_t least = code.length + code.min_digits, most = code.length + code.max_digits;
  if (!number.separated && number.count > most) return plus;
  // A number after the telephone number may look like one more group of it.
  for (size_t count = most < number.count ? most : number.count; count >= least; --count) {
    if (IsGroupEnd(text, number, count)) return number.ends[count - 1];
  }
  return plus;
}

// Parts of North America's numbers: area codes and exchanges begin with 2 to 9 and are not N11;
// area codes have no 9 in the middle.
bool IsExchange(std::string_view text, size_t at) {
  return at + 3 <= text.size() && text[at] >= '2' && text[at] <= '9' && IsDigit(text[at + 1]) &&
         IsDigit(text[at + 2]) && !(text[at + 1] == '1' && text[at + 2] == '1');
}
bool IsArea(std::string_view text, size_t at) {
  return IsExchange(text, at) && text[at + 1] != '9';
}

// "200 345 6789" is more often three numbers than a telephone number: it must stand alone.
bool StandsAlone(std::string_view text, size_t begin, size_t end) {
  const size_t before = RunBegin(text, begin, IsSpace, 4), after = RunEnd(text, end, IsSpace, 4);
  const char left = ByteBefore(text, before), right = ByteAt(text, after);
  const bool number_left = before < begin && (IsDigit(left) || left == '"' || left == ']');
  return !number_left && !(after > end && IsDigit(right));
}

// The end of the ten digits in the forms 415-555-0100 and (415) 555-0100 at `begin`, or `begin`.
size_t TenDigitsEnd(std::string_view text, size_t begin) {
  size_t at = begin;
  const bool bracket = ByteAt(text, at) == '(';
  if (bracket) ++at;
  if (!IsArea(text, at)) return begin;
  at += 3;
  char separator = ByteAt(text, at);
  if (bracket) {
    if (separator != ')') return begin;
    ++at;
    if (ByteAt(text, at) == ' ') ++at;
  } else {
    if (separator != '-' && separator != '.' && separator != ' ') return begin;
    ++at;
  }
  if (!IsExchange(text, at)) return begin;
  at += 3;
  const char second = ByteAt(text, at);
  if (bracket ? second != '-' && second != ' ' && second != '.' : second != separator) return begin;
  const size_t end = RunEnd(text, at + 1, IsDigit, 5);
  if (end != at + 5 || !IsEnd(text, end)) return begin;
  return separator != ' ' || StandsAlone(text, begin, end) ? end : begin;
}

// The same with the country's 1 before it: 1-415-555-0100, 1 (415) 555-0100.
size_t NorthAmericanEnd(std::string_view text, size_t begin) {
  const bool country = text[begin] == '1' && IsPhoneSeparator(ByteAt(text, begin + 1));
  const size_t first = begin + (country ? 2 : 0);
  const size_t end = TenDigitsEnd(text, first);
  return end == first ? begin : end;
}

size_t NamedEnd(const NamedText& subject, size_t begin) {
  const std::string_view text = subject.text;
  const Dialled number = ReadDialled(text, begin + (text[begin] == '(' ? 1 : 0));
  if (number.count < kMinNamedDigits || number.count > kMaxDigits) return begin;
  const size_t end = number.ends[number.count - 1];
  if (!IsEnd(text, end)) return begin;
  return IsPhoneName(NameBefore(subject, begin)) ? end : begin;
}

bool IsFreeBefore(std::string_view text, size_t begin) {
  const char before = ByteBefore(text, begin);
  if (IsAlphanumeric(before) || before == '_' || before == '+') return false;
  return !(before == '-' || before == '.' || before == '/') || begin < 2 ||
         !IsAlphanumeric(text[begin - 2]);
}

size_t PhoneEnd(const NamedText& subject, size_t begin) {
  const std::string_view text = subject.text;
  if (text[begin] == '+') {
    const char before = ByteBefore(text, begin);
    const bool free = !IsAlphanumeric(before) && before != '+' && before != ')';
    return free ? InternationalEnd(text, begin) : begin;
  }
  if (!IsFreeBefore(text, begin)) return begin;
  const size_t end = NorthAmericanEnd(text, begin);
  return end > begin ? end : NamedEnd(subject, begin);
}

}  // namespace

bool IsPhoneName(std::string_view name) {
  return NameEndsWith(
      name, {"phone", "phones", "phone_number", "phone_no", "phone_num", "mobile", "mobile_number",
             "mobile_no", "_mob", "_tel", "_tel_no", "_tel_number", "telefon", "telefon_nummer",
             "mobil_nummer", "_fax", "_fax_number", "msisdn"});
}

void FindPhones(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t begin = 0; begin < text.size();) {
    const char c = text[begin];
    const bool starts = IsDigit(c) || ((c == '+' || c == '(') && IsDigit(ByteAt(text, begin + 1)));
    const size_t end = starts ? PhoneEnd(subject, begin) : begin;
    if (end > begin) {
      findings.emplace_back(begin, end, Detector::kPhone);
      begin = end;
    } else {
      begin = RunEnd(text, begin + 1, [starts](char next) { return starts && IsDigit(next); });
    }
  }
}

}  // namespace tailrace
