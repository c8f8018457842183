#include "parsers/docker_framing.h"

#include "agent/json/json_escape.h"
#include "parsers/docker_entry.h"
#include "parsers/line_framing.h"

namespace tailrace {
namespace {

// The log of an entry, unescaped, without the newline that ends the record.
struct LogText {
  std::string_view text;
  Span span;  // Of `text`, where it had to be unescaped to the arena.
  bool unescaped = false;
  bool ends_record = false;
  bool bare_newline = false;  // The log was nothing but the newline.
};

bool RemoveSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

void RemoveNewline(std::string_view newline, std::string_view carriage_return, LogText& log) {
  log.ends_record = RemoveSuffix(log.text, newline);
  log.bare_newline = log.ends_record && log.text.empty();
  if (log.ends_record) RemoveSuffix(log.text, carriage_return);
}

LogText ReadLog(std::string_view raw, RecordBatch& batch) {
  LogText log;
  log.text = raw;
  // Most logs have no escape but the newline at their end, and stay where they are.
  RemoveNewline("\\n", "\\r", log);
  if (log.text.find('\\') == std::string_view::npos) return log;
  const size_t begin = batch.arena.size();
  batch.arena.resize(begin + raw.size());
  char* const at = batch.arena.data() + begin;
  log.text = {at, static_cast<size_t>(UnescapeTo(at, raw) - at)};
  RemoveNewline("\n", "\r", log);
  log.unescaped = true;
  log.span.offset = static_cast<uint32_t>(begin);
  log.span.length = static_cast<uint32_t>(log.text.size());
  log.span.base = static_cast<uint32_t>(SpanBase::kArena);
  batch.arena.resize(begin + log.text.size());
  batch.arena.reserve(batch.arena.size() + kArenaPaddingBytes);
  log.text = {batch.arena.data() + begin, log.text.size()};
  return log;
}

// Which stream's pieces an entry belongs to, and the flags of its record.
struct EntryStream {
  uint8_t index = 0;
  uint16_t flags = 0;
};

EntryStream StreamOf(const DockerEntry& entry) {
  if (entry.stream == "stdout") return {0, kFlagStdout};
  if (entry.stream == "stderr") return {1, kFlagStderr};
  return {0, 0};
}

void TakePiece(const PhysicalLine& line, const LogText& log, std::string_view time,
               EntryStream stream, LineTarget& target) {
  Piece piece;
  piece.content = log.text;
  piece.time = time;
  piece.offset = line.offset;
  piece.source_bytes = line.source_bytes();
  piece.flags = stream.flags;
  piece.stream = stream.index;
  piece.ends_record = log.ends_record;
  piece.strip_return = log.bare_newline;
  PieceJoiner::Take(piece, target);
}

}  // namespace

void DockerFraming::Take(const PhysicalLine& line, LineTarget& target) {
  if (target.held.any_open()) PieceJoiner::SendExpired(line.offset, target);
  DockerEntry entry;
  if (!line.whole() || !ParseDockerEntry(line.text, entry)) {
    LineFraming::AddLine(line, kFlagMalformed, target);
    return;
  }
  char utc[kUtcTimeBytes];
  std::string_view time;
  EntryStream stream = StreamOf(entry);
  stream.flags |= line.partial_flag();
  const TimeForm form =
      entry.time.empty() ? TimeForm::kInvalid : target.times.Normalize(entry.time, utc);
  if (form == TimeForm::kUtcNanos) time = entry.time;
  if (form == TimeForm::kOther) time = {utc, kUtcTimeBytes};
  if (form == TimeForm::kInvalid && !entry.time.empty()) stream.flags |= kFlagMalformed;

  const LogText log = ReadLog(entry.log, target.batch);
  if (!log.ends_record || target.held.streams[stream.index].open ||
      log.text.size() > target.max_line_bytes) {
    TakePiece(line, log, time, stream, target);
    return;
  }
  const Span body = log.unescaped ? log.span : target.SpanOf(line, log.text);
  Span time_span;
  if (form == TimeForm::kUtcNanos) time_span = target.SpanOf(line, time);
  if (form == TimeForm::kOther) time_span = target.batch.AddToArena(time);
  target.batch.Add(body, time_span, line.offset, static_cast<uint32_t>(line.source_bytes()),
                   stream.flags);
}

}  // namespace tailrace
