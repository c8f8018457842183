#include "parsers/formats/syslog_rfc5424.h"

#include <cstddef>
#include <string_view>

#include "parsers/byte_scan.h"
#include "parsers/formats/parse_each.h"

namespace tailrace {
namespace {

// RFC 5424, section 6.
constexpr size_t kHostBytesMax = 255;
constexpr size_t kAppBytesMax = 48;
constexpr size_t kProcessBytesMax = 128;
constexpr size_t kMessageIdBytesMax = 32;
constexpr size_t kTimeBytesMin = 20;
constexpr size_t kTimeBytesMax = 35;

// A token of the header and the blank behind it; returns what follows, or nullptr.
const char* ReadToken(const char* at, const char* end, size_t max, std::string_view& token) {
  const char* const token_end = FindFirst<UnprintableByte>(at, end);
  token = TextBetween(at, token_end);
  if (token.empty() || token.size() > max || token_end == end || *token_end != ' ') return nullptr;
  return token_end + 1;
}

void AddUnlessNil(std::string_view name, std::string_view value, FieldList& fields) {
  if (value != "-") fields.push_back({.name = name, .value = value});
}

}  // namespace

const char* Rfc5424Reader::ReadTime(const char* at, const char* end, FieldList& fields) {
  const char* const time_end = FindFirst<UnprintableByte>(at, end);
  const std::string_view time = TextBetween(at, time_end);
  // Smaller letters and leap seconds are of RFC 3339, but not of this one.
  if (time.size() < kTimeBytesMin || time.size() > kTimeBytesMax || time[10] != 'T' ||
      time.back() == 'z' || time[17] == '6' || !times_.Parse(time).has_value()) {
    return nullptr;
  }
  fields.push_back({.name = "timestamp", .value = time});
  return time_end;
}

bool Rfc5424Reader::ReadFromTime(const char* at, const char* end, FieldList& fields,
                                 ByteArena& arena) {
  at = at < end && *at == '-' ? at + 1 : ReadTime(at, end, fields);
  if (at == nullptr || at == end || *at != ' ') return false;
  return ReadFromHost(at + 1, end, fields, arena);
}

bool Rfc5424Reader::ReadFromHost(const char* at, const char* end, FieldList& fields,
                                 ByteArena& arena) {
  std::string_view host, app, process, message_id;
  if ((at = ReadToken(at, end, kHostBytesMax, host)) == nullptr ||
      (at = ReadToken(at, end, kAppBytesMax, app)) == nullptr ||
      (at = ReadToken(at, end, kProcessBytesMax, process)) == nullptr ||
      (at = ReadToken(at, end, kMessageIdBytesMax, message_id)) == nullptr || at == end) {
    return false;
  }
  AddUnlessNil("hostname", host, fields);
  AddUnlessNil("appname", app, fields);
  if (process != "-") fields.push_back(IntegerField("procid", process));
  AddUnlessNil("msgid", message_id, fields);
  if (*at == '-') {
    ++at;
  } else {
    at = structured_data_.Read(at, end, keep_unknown_escapes_);
    if (at == nullptr) return false;
    fields.push_back({.name = "structured_data",
                      .value = structured_data_.ToJson(arena),
                      .kind = FieldKind::kObject});
  }
  if (at == end) return true;
  if (*at != ' ') return false;
  std::string_view message = TextBetween(at + 1, end);
  if (message.starts_with("\xef\xbb\xbf")) message.remove_prefix(3);
  fields.push_back({.name = "message", .value = message});
  return true;
}

}  // namespace tailrace
