#include "parsers/formats/klog_format.h"

#include <cstdint>
#include <cstring>

#include "parsers/byte_scan.h"
#include "parsers/formats/logfmt_scan.h"
#include "parsers/formats/parse_each.h"
#include "parsers/formats/quoted_text.h"

namespace tailrace {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && BlankByte::Holds(text.front())) text.remove_prefix(1);
  while (!text.empty() && BlankByte::Holds(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view LevelOf(char letter) {
  switch (letter) {
    case 'I':
      return "info";
    case 'W':
      return "warning";
    case 'E':
      return "error";
    case 'F':
      return "fatal";
    default:
      return {};
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
int TwoDigits(const char* at) {
  return IsDigit(at[0]) && IsDigit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}
bool IsBetween(int number, int low, int high) { return number >= low && number <= high; }

constexpr size_t kTimeBytes = 20;  // "0505 17:59:40.692994"

// REQUIRES: kTimeBytes may be read.
bool IsTime(const char* at) {
  for (size_t i = 14; i < kTimeBytes; ++i) {
    if (!IsDigit(at[i])) return false;
  }
  return IsBetween(TwoDigits(at), 1, 12) && IsBetween(TwoDigits(at + 2), 1, 31) && at[4] == ' ' &&
         IsBetween(TwoDigits(at + 5), 0, 23) && at[7] == ':' &&
         IsBetween(TwoDigits(at + 8), 0, 59) && at[10] == ':' &&
         IsBetween(TwoDigits(at + 11), 0, 60) && at[13] == '.';
}

// "file:line] " at `at`; returns what is behind it, or nullptr.
const char* ReadPlace(const char* at, const char* end, FieldList& fields) {
  const char* const bracket = FindFirst<OneOfBytes<']'>>(at, end);
  if (bracket == end) return nullptr;
  const std::string_view place = TextBetween(at, bracket);
  const size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return nullptr;
  const Field line = IntegerField("line", place.substr(colon + 1));
  if (line.kind != FieldKind::kNumber) return nullptr;
  fields.push_back({.name = "file", .value = place.substr(0, colon)});
  fields.push_back(line);
  return bracket + 1;
}

// The header's fields; returns what is behind it, or nullptr.
const char* ReadHeader(std::string_view text, FieldList& fields) {
  if (text.empty()) return nullptr;
  const std::string_view level = LevelOf(text[0]);
  const bool has_year = text.size() > 9 && text[9] == ' ';
  const size_t time_bytes = kTimeBytes + (has_year ? 4 : 0);
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size();
  if (level.empty() || text.size() < time_bytes + 2) return nullptr;
  if (has_year && (TwoDigits(at) < 0 || TwoDigits(at + 2) < 0)) return nullptr;
  if (!IsTime(at + (has_year ? 4 : 0)) || at[time_bytes] != ' ') return nullptr;
  fields.push_back({.name = "level", .value = level});
  fields.push_back({.name = "timestamp", .value = {at, time_bytes}});
  at += time_bytes;
  while (at < end && *at == ' ') ++at;
  const char* const id_end = FindFirst<BlankByte>(at, end);
  const Field id = IntegerField("id", TextBetween(at, id_end));
  if (id.kind != FieldKind::kNumber || id_end == end) return nullptr;
  fields.push_back(id);
  return ReadPlace(id_end + 1, end, fields);
}

bool IsHeaderName(std::string_view name) {
  return name == "level" || name == "timestamp" || name == "id" || name == "file" ||
         name == "line" || name == "message";
}

// A message in quotes with pairs behind it.
bool ReadStructured(std::string_view text, FieldList& fields, ByteArena& arena) {
  const char* const end = text.data() + text.size();
  const QuotedText quoted = ReadQuoted(text.data() + 1, end, '"');
  if (!quoted.terminated) return false;
  const char* const behind = quoted.raw.data() + quoted.raw.size() + 1;
  if (behind < end && !BlankByte::Holds(*behind)) return false;
  fields.push_back({.name = "message", .value = ValueOf(quoted, arena)});
  if (behind == end) return true;
  const size_t first = fields.size();
  RepeatedNames names(fields);
  if (!ScanLogfmt(TextBetween(behind, end), {.bare_keys = false}, names, fields, arena) ||
      names.repeated()) {
    return false;
  }
  for (size_t i = first; i < fields.size(); ++i) {
    if (IsHeaderName(fields[i].name)) return false;
  }
  return true;
}

bool ParseLine(std::string_view text, FieldList& fields, ByteArena& arena) {
  text = Trimmed(text);
  const char* const behind = ReadHeader(text, fields);
  if (behind == nullptr) return false;
  const std::string_view message = Trimmed(TextBetween(behind, text.data() + text.size()));
  if (message.starts_with('"')) {
    const size_t size = fields.size();
    if (ReadStructured(message, fields, arena)) return true;
    fields.resize(size);
  }
  fields.push_back({.name = "message", .value = message});
  return true;
}

}  // namespace

void KlogFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    return ParseLine(text, fields, arena);
  });
}

}  // namespace tailrace
