#include "sinks/dead_letter.h"

#include <cstdio>
#include <ctime>

#include "agent/json/json_escape.h"
#include "agent/json/json_walker.h"

namespace tailrace {
namespace {

static_assert(GrowBuffer::kSlackBytes >= JsonWalker::kReadBeyond);

void AppendString(std::string_view text, GrowBuffer& out) {
  out.Append("\"");
  out.CommitUpTo(EscapeLossyTo(out.Reserve(EscapeBound(text.size())), text));
  out.Append("\"");
}

void AppendTime(int64_t wall_nanos, GrowBuffer& out) {
  constexpr int64_t kNanos = 1'000'000'000;
  const int64_t nanos = (wall_nanos % kNanos + kNanos) % kNanos;
  const time_t seconds = (wall_nanos - nanos) / kNanos;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  out.Append({text, length});
  char fraction[16];
  snprintf(fraction, sizeof(fraction), ".%09dZ", static_cast<int>(nanos));
  out.Append(fraction);
}

bool MayStandInALine(std::string_view text) {
  JsonWalker walker;
  JsonFields fields;
  const WalkResult result = walker.Walk(text, fields);
  // What would need a rewrite (a lone surrogate, a name twice) is kept as a string.
  return result == WalkResult::kObject && !fields.traits().needs_rewrite() &&
         text.find_first_of("\r\n") == std::string_view::npos;
}

// The document is tried out where it will stand: behind it the buffer has the room to read beyond.
void AppendRecord(std::string_view document, GrowBuffer& out) {
  while (!document.empty() && document.back() == '\n') document.remove_suffix(1);
  const size_t begin = out.size();
  out.Append(document);
  out.Reserve(0);
  if (MayStandInALine(out.view().substr(begin))) return;
  out.Truncate(begin);
  AppendString(document, out);
}

}  // namespace

void AppendDeadLetter(const DeadLetter& letter, GrowBuffer& out) {
  out.Append("{\"@timestamp\":\"");
  AppendTime(letter.wall_nanos, out);
  out.Append("\",\"sink\":");
  AppendString(letter.sink, out);
  out.Append(",\"reason\":");
  AppendString(letter.reason, out);
  out.Append(",\"record\":");
  AppendRecord(letter.document, out);
  out.Append("}\n");
}

}  // namespace tailrace
