#include "agent/redact/iban_detector.h"

#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/checksum.h"

namespace tailrace {
namespace {

constexpr size_t kMaxIban = 34;

struct IbanCountry {
  char code[3];
  uint8_t length;
};
constexpr IbanCountry kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}};

size_t IbanLength(std::string_view code) {
  for (const IbanCountry& country : kIbanCountries) {
    if (code[0] == country.code[0] && code[1] == country.code[1]) return country.length;
  }
  return 0;
}

bool IsIbanByte(char c) { return IsDigit(c) || IsUpper(c); }

// The end of the number of `length` bytes that begins at `begin`, with or without a space or dash
// after each four; `begin` when it is none.
size_t IbanEnd(std::string_view text, size_t begin, size_t length) {
  char iban[kMaxIban];
  const char separator = ByteAt(text, begin + 4);
  const bool grouped = separator == ' ' || separator == '-';
  size_t at = begin;
  for (size_t count = 0; count < length; ++count, ++at) {
    if (grouped && count > 0 && count % 4 == 0) {
      if (ByteAt(text, at) != separator) return begin;
      ++at;
    }
    if (!IsIbanByte(ByteAt(text, at))) return begin;
    iban[count] = text[at];
  }
  if (IsAlphanumeric(ByteAt(text, at)) || ByteAt(text, at) == '_') return begin;
  return PassesMod97({iban, length}) ? at : begin;
}

}  // namespace

void FindIbans(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t begin = 0; begin + 4 < text.size(); ++begin) {
    if (!IsDigit(text[begin + 2])) continue;
    if (!IsUpper(text[begin]) || !IsUpper(text[begin + 1]) || !IsDigit(text[begin + 3])) continue;
    if (IsAlphanumeric(ByteBefore(text, begin))) continue;
    const size_t length = IbanLength(text.substr(begin, 2));
    if (length == 0) continue;
    const size_t end = IbanEnd(text, begin, length);
    if (end == begin) continue;
    findings.emplace_back(begin, end, Detector::kIban);
    begin = end - 1;
  }
}

}  // namespace tailrace
