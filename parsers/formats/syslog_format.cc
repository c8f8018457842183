#include "parsers/formats/syslog_format.h"

#include <cstddef>
#include <cstdint>

#include "parsers/byte_scan.h"
#include "parsers/formats/parse_each.h"
#include "parsers/formats/syslog_rfc3164.h"

namespace tailrace {
namespace {

constexpr std::string_view kFacilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clockd",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr std::string_view kSeverities[] = {"emerg",   "alert",  "crit", "err",
                                            "warning", "notice", "info", "debug"};
constexpr uint32_t kPriorityMax = 191;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A number of up to `digits_max` digits without a leading zero ("0" itself is one), or "".
std::string_view ReadNumber(const char* at, const char* end, size_t digits_max) {
  size_t size = 0;
  while (at + size < end && size <= digits_max && IsDigit(at[size])) ++size;
  if (size > digits_max || (size > 1 && *at == '0')) return {};
  return {at, size};
}

uint32_t ToNumber(std::string_view digits) {
  uint32_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<uint32_t>(c - '0');
  return number;
}

// "<N>" at `at`; returns what is behind it, or nullptr.
const char* ReadPriority(const char* at, const char* end, FieldList& fields) {
  const std::string_view digits = ReadNumber(at + 1, end, 3);
  const char* const behind = at + 1 + digits.size();
  const uint32_t priority = ToNumber(digits);
  if (digits.empty() || behind == end || *behind != '>' || priority > kPriorityMax) return nullptr;
  fields.push_back({.name = "facility", .value = kFacilities[priority / 8]});
  fields.push_back({.name = "severity", .value = kSeverities[priority % 8]});
  return behind + 1;
}

// Moves `at` behind what RFC 6587 puts before a message. False when the count is not this
// message's; its newline, which the framing took away, may be part of it.
bool SkipOctetCount(const char*& at, const char* end) {
  const std::string_view digits = ReadNumber(at, end, 8);
  const char* const behind = at + digits.size();
  if (digits.empty() || end - behind < 2 || behind[0] != ' ' || behind[1] != '<') return true;
  const auto size = static_cast<size_t>(end - behind - 1);
  const size_t count = ToNumber(digits);
  at = behind + 1;
  return count == size || count == size + 1;
}

// Whether the second token could be RFC 5424's APP-NAME, where RFC 3164 has a tag with its colon.
bool HasAppName(const char* at, const char* end) {
  const char* const host_end = FindFirst<OneOfBytes<' '>>(at, end);
  if (host_end == end) return false;
  const char* const app_end = FindFirst<OneOfBytes<' '>>(host_end + 1, end);
  return app_end[-1] != ':';
}

}  // namespace

// The time tells which of the RFCs it is: the new one's may be that of a relay that has no other
// part of the new one (rsyslog's file format), or of a file that lacks only "<PRI>VERSION ".
bool SyslogFormat::ReadWithoutVersion(const char* at, const char* end, FieldList& fields,
                                      ByteArena& arena) {
  const char* content = at < end && IsDigit(*at) ? rfc5424_.ReadTime(at, end, fields) : nullptr;
  if (content != nullptr) {
    if (content == end || *content != ' ') return false;
    ++content;
    const size_t size = fields.size();
    if (HasAppName(content, end) && rfc5424_.ReadFromHost(content, end, fields, arena)) return true;
    fields.resize(size);
  } else {
    content = ReadLegacyTime(at, end, fields);
    if (content == nullptr) return false;
  }
  ReadLegacyContent(content, end, fields);
  return true;
}

bool SyslogFormat::ParseText(std::string_view text, FieldList& fields, ByteArena& arena) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (!SkipOctetCount(at, end)) return false;
  if (at == end || *at != '<') return ReadWithoutVersion(at, end, fields, arena);
  at = ReadPriority(at, end, fields);
  if (at == nullptr) return false;
  const std::string_view version = ReadNumber(at, end, 3);
  const char* const behind = at + version.size();
  if (version.empty() || version == "0" || behind == end || *behind != ' ') {
    return ReadWithoutVersion(at, end, fields, arena);
  }
  fields.push_back({.name = "version", .value = version, .kind = FieldKind::kNumber});
  return rfc5424_.ReadFromTime(behind + 1, end, fields, arena);
}

void SyslogFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    return ParseText(text, fields, arena);
  });
}

}  // namespace tailrace
