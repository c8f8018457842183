#include "parsers/formats/syslog_rfc3164.h"

#include <string_view>

#include "parsers/byte_scan.h"
#include "parsers/formats/parse_each.h"
#include "parsers/time_names.h"

namespace tailrace {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsTwoDigits(const char* at, int max) {
  return IsDigit(at[0]) && IsDigit(at[1]) && (at[0] - '0') * 10 + (at[1] - '0') <= max;
}

// "YYYY " at `at`; `at` itself where there is none.
const char* SkipYear(const char* at, const char* end) {
  if (end - at < 5 || at[4] != ' ') return at;
  for (int i = 0; i < 4; ++i) {
    if (!IsDigit(at[i])) return at;
  }
  return at + 5;
}

// "Mmm dd " at `at`.
const char* SkipDay(const char* at, const char* end) {
  if (end - at < 6 || MonthOf(at) == 0 || at[3] != ' ') return nullptr;
  at += at[4] == ' ' ? 5 : 4;
  int day = 0;
  const char* const digits = at;
  while (at < end && at - digits < 2 && IsDigit(*at)) day = day * 10 + (*at++ - '0');
  if (day < 1 || day > 31 || at == end || *at != ' ') return nullptr;
  return at + 1;
}

const char* TimeEnd(const char* at, const char* end) {
  at = SkipDay(SkipYear(at, end), end);
  if (at == nullptr) return nullptr;
  at = SkipYear(at, end);
  if (end - at < 8 || !IsTwoDigits(at, 23) || at[2] != ':' || !IsTwoDigits(at + 3, 59) ||
      at[5] != ':' || !IsTwoDigits(at + 6, 60)) {
    return nullptr;
  }
  at += 8;
  if (end - at > 1 && *at == '.' && IsDigit(at[1])) {
    for (++at; at < end && IsDigit(*at);) ++at;
  }
  return at;
}

// "46: " and '*' or '.', as far as they are there.
const char* SkipSequence(const char* at, const char* end) {
  const char* digits = at;
  while (digits < end && IsDigit(*digits)) ++digits;
  if (digits > at && end - digits > 2 && digits[0] == ':' && digits[1] == ' ') at = digits + 2;
  return at < end && (*at == '*' || *at == '.') ? at + 1 : at;
}

// ":" or " UTC:" where it stands.
const char* SkipZone(const char* at, const char* end) {
  if (at < end && *at == ':') return at + 1;
  if (at == end || *at != ' ') return at;
  const char* zone = at + 1;
  while (zone < end && zone - at < 6 && *zone >= 'A' && *zone <= 'Z') ++zone;
  return zone > at + 1 && zone < end && *zone == ':' ? zone + 1 : at;
}

// A tag is "app:", "app[8710]:" or "app[8710]", and then a blank or the end; behind "]:" anything
// may follow. Returns where the message begins, `at` itself when there is no tag.
const char* ReadTag(const char* at, const char* end, FieldList& fields) {
  const char* const name_end = FindFirst<OneOfBytes<' ', ':', '['>>(at, end);
  if (name_end == at || name_end == end || *name_end == ' ') return at;
  const char* behind = name_end;
  std::string_view process;
  if (*name_end == '[') {
    const char* const bracket = FindFirst<OneOfBytes<']', ' '>>(name_end, end);
    if (bracket == end || *bracket != ']' || bracket == name_end + 1) return at;
    process = TextBetween(name_end + 1, bracket);
    behind = bracket + 1;
  }
  const bool colon = behind < end && *behind == ':';
  if (colon) ++behind;
  // "fe80::1 sent" and "http://x" begin with no tag.
  const bool ends = behind == end || *behind == ' ';
  if (!ends && (process.empty() || !colon)) return at;
  fields.push_back({.name = "appname", .value = TextBetween(at, name_end)});
  if (!process.empty()) fields.push_back(IntegerField("procid", process));
  return behind < end && *behind == ' ' ? behind + 1 : behind;
}

}  // namespace

const char* ReadLegacyTime(const char* at, const char* end, FieldList& fields) {
  at = SkipSequence(at, end);
  const char* const time_end = TimeEnd(at, end);
  if (time_end == nullptr) return nullptr;
  const char* const behind = SkipZone(time_end, end);
  if (behind == end || *behind != ' ') return nullptr;
  fields.push_back({.name = "timestamp", .value = TextBetween(at, time_end)});
  return behind + 1;
}

void ReadLegacyContent(const char* at, const char* end, FieldList& fields) {
  const char* message = ReadTag(at, end, fields);
  if (message == at) {
    const char* const host_end = FindFirst<UnprintableByte>(at, end);
    if (host_end > at && host_end < end && *host_end == ' ') {
      fields.push_back({.name = "hostname", .value = TextBetween(at, host_end)});
      message = host_end + 1;
      // Cisco's ASA: "host : %ASA-6-302013: ...".
      if (end - message > 1 && message[0] == ':' && message[1] == ' ') message += 2;
      message = ReadTag(message, end, fields);
    }
  }
  fields.push_back({.name = "message", .value = TextBetween(message, end)});
}

}  // namespace tailrace
