#include "agent/redact/ssn_detector.h"

#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

// What the Social Security Administration gives out: no area 000, 666 or 9xx, no group 00, no
// serial number 0000.
bool IsGivenOut(std::string_view area, std::string_view group, std::string_view serial) {
  return area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000";
}

bool AreDigits(std::string_view text, size_t begin, size_t count) {
  return begin + count <= text.size() && RunEnd(text, begin, IsDigit, count) == begin + count;
}

// The end of the number that begins at `begin`, or `begin`.
size_t SsnEnd(const NamedText& subject, size_t begin) {
  const std::string_view text = subject.text;
  if (!AreDigits(text, begin, 3)) return begin;
  const char separator = ByteAt(text, begin + 3);
  const bool separated = separator == '-' || separator == ' ';
  const size_t group = begin + (separated ? 4 : 3);
  const size_t serial = group + (separated ? 3 : 2);
  if (!AreDigits(text, group, 2) || !AreDigits(text, serial, 4)) return begin;
  if (separated && text[serial - 1] != separator) return begin;
  const size_t end = serial + 4;
  const char after = ByteAt(text, end), beyond = ByteAt(text, end + 1);
  if (IsAlphanumeric(after) || ((after == '-' || after == '.') && IsDigit(beyond))) return begin;
  if (!IsGivenOut(text.substr(begin, 3), text.substr(group, 2), text.substr(serial, 4))) {
    return begin;
  }
  return separator == '-' || IsSsnName(NameBefore(subject, begin)) ? end : begin;
}

}  // namespace

bool IsSsnName(std::string_view name) {
  return NameEndsWith(name,
                      {"ssn", "social_security_number", "social_security", "social_security_no"});
}

void FindSsns(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t begin = 0; begin < text.size();) {
    if (!IsDigit(text[begin])) {
      ++begin;
      continue;
    }
    const char before = ByteBefore(text, begin);
    const bool in_number =
        (before == '-' || before == '.') && begin > 1 && IsDigit(text[begin - 2]);
    if (!IsLetter(before) && !in_number) {
      const size_t end = SsnEnd(subject, begin);
      if (end > begin) findings.emplace_back(begin, end, Detector::kUsSsn);
    }
    begin = RunEnd(text, begin, IsDigit);
  }
}

}  // namespace tailrace
