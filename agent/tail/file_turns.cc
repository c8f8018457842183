#include "agent/tail/file_turns.h"

#include <algorithm>
#include <string>
#include <utility>

#include "agent/base/status.h"

namespace tailrace {

FileTurns::FileTurns(const TailOptions& options, SlabWriter& writer, LineageOrder& order,
                     FileTable& table, Intake& intake, TailMetrics& metrics, const Clock& clock)
    : options_(options),
      writer_(writer),
      order_(order),
      table_(table),
      intake_(intake),
      metrics_(metrics),
      clock_(clock) {}

const TailSourceOptions& FileTurns::SourceOf(const TailedFile& file) const {
  return options_.sources[file.source().value()];
}

Segment FileTurns::MakeSegment(const TailedFile& file, SegmentKind kind) const {
  Segment segment;
  segment.kind = kind;
  segment.file = file.id;
  segment.offset = file.position;
  segment.file_bytes = std::max(file.size, file.position);
  segment.read_wall_nanos = clock_.WallNanos();
  return segment;
}

bool FileTurns::Send(TailedFile& file, SegmentKind kind, MonotonicTime now) {
  Segment segment = MakeSegment(file, kind);
  if (kind == SegmentKind::kOpen || kind == SegmentKind::kRekey) {
    segment.opened =
        std::make_unique<FileOpened>(FileOpened{file.stream, file.tail.anchor(), std::nullopt, 0});
    const TailedFile* older = PredecessorOf(file);
    if (older != nullptr) {
      segment.opened->predecessor = older->id;
      segment.opened->predecessor_end = older->position;
    }
  }
  file.told_bytes = segment.file_bytes;
  return writer_.Append(file.worker, std::move(segment), now);
}

const TailedFile* FileTurns::PredecessorOf(const TailedFile& file) const {
  const auto& generations = order_.Generations(file.stream->lineage);
  const auto self = std::find(generations.begin(), generations.end(), &file);
  if (self == generations.end() || self == generations.begin()) return nullptr;
  const TailedFile* older = *(self - 1);
  return older->announced ? older : nullptr;
}

bool FileTurns::SendStep(TailedFile& file, SegmentKind kind, MonotonicTime now) {
  return Send(file, kind, now);
}

bool FileTurns::Refresh(TailedFile& file, MonotonicTime now) {
  if (!file.has_handle()) return true;
  const std::optional<FileStat> stat = StatGrowth(file.handle());
  if (!stat.has_value()) return false;
  const bool touched = stat->mtime_nanos != file.mtime_nanos;
  file.held_bytes = stat->held_bytes;
  file.mtime_nanos = stat->mtime_nanos;
  if (stat->links == 0 && !file.deleted) {
    file.deleted = true;
    if (!file.rotated) file.rotated_at = now;
    file.rotated = true;
  }
  if (file.loss.has_value()) return true;  // `size` is the measure of what is lost.
  if (file.compressed) {
    // Its end is known when it is reached.
    file.size = std::max(file.position, file.gz->text_bytes().value_or(0));
    return true;
  }
  RefreshSize(file, *stat, touched, now);
  return true;
}

void FileTurns::RefreshSize(TailedFile& file, const FileStat& stat, bool touched,
                            MonotonicTime now) {
  if (stat.size_bytes < file.position) file.overwritten = true;
  if (file.overwritten) return;  // `size` stays what it was: the measure of what is lost.
  if (file.backlog() == 0) file.unread_since = now;
  file.size_before = file.size;
  const bool grew = stat.size_bytes != file.size;
  // A read tells whether it was truncated and written anew. Without one it is looked for here:
  // while the file is paused, or when it was written to and is as long as before.
  if ((grew && file.paused) || (!grew && touched)) {
    file.overwritten = !AnchorHolds(file.fd.get(), file.position, file.tail.anchor());
    if (file.overwritten) return;
  }
  if (stat.size_bytes > file.size) file.grew_at = now;
  file.size = std::max(file.size, stat.size_bytes);
}

TurnResult FileTurns::Take(TailedFile& file, MonotonicTime now) {
  if (!Refresh(file, now)) return TakeError(file, errno, now);
  if (file.overwritten && !file.loss.has_value()) return TurnResult::kTruncated;
  TurnResult result = TurnResult::kIdle;
  if (!file.identified && !IdentifyNow(file, now, result)) return result;
  if (file.paused || (file.ended && !file.closed)) {
    Rest(file, now);
    return TurnResult::kIdle;
  }
  if (!file.announced) {
    if (!intake_.OlderAreKnown(file, now)) {
      table_.Schedule(&file, now + kHintInterval);
      return TurnResult::kIdle;
    }
    // By what was last seen, and then by a look: to look at every older one that waits itself would
    // cost the square of their number.
    bool may_begin = order_.MayBegin(file);
    if (may_begin) {
      RefreshOlder(file, now);
      may_begin = order_.MayBegin(file);
    }
    if (!may_begin) {
      Rest(file, now);
      return TurnResult::kIdle;
    }
    if (!Announce(file, now)) return TurnResult::kBlocked;
  }
  return TakeAnnounced(file, now);
}

// What was last seen of an older generation may be from before its last lines: who rotates writes
// to it until the newer one is there. It was there when this one was found, so one look is enough;
// and none at those that were at their end when the one behind them was begun.
void FileTurns::RefreshOlder(const TailedFile& file, MonotonicTime now) {
  const auto& generations = order_.Generations(file.stream->lineage);
  auto other = std::find(generations.rbegin(), generations.rend(), &file);
  if (other == generations.rend()) return;
  for (++other; other != generations.rend(); ++other) {
    TailedFile& older = **other;
    const bool may_grow = older.has_handle() && !older.ended && Refresh(older, now);
    if (may_grow && !older.drained()) table_.ScheduleBy(&older, now);
    if (older.announced) return;
  }
}

bool FileTurns::IdentifyNow(TailedFile& file, MonotonicTime now, TurnResult& result) {
  const bool over = file.rotated && (options_.once || now - file.rotated_at >= kDrainTime);
  const bool forced = options_.once || over || now - file.grew_at >= SourceOf(file).flush_partial;
  const Identified identified =
      intake_.Identify(file, forced ? Intake::Head::kAnything : Intake::Head::kComplete, now);
  if (identified == Identified::kYes) return true;
  if (identified == Identified::kReject) {
    result = TurnResult::kRemoved;
    return false;
  }
  Rest(file, now);
  return false;
}

bool FileTurns::Announce(TailedFile& file, MonotonicTime now) {
  if (!Send(file, SegmentKind::kOpen, now)) return false;
  file.announced = true;
  file.data_expected = true;
  file.newer_woken = false;
  return true;
}

TurnResult FileTurns::TakeAnnounced(TailedFile& file, MonotonicTime now) {
  if (file.ended) {
    if (file.backlog() == 0 || file.loss.has_value()) {
      Rest(file, now);
      return TurnResult::kIdle;
    }
    if (!Send(file, SegmentKind::kReopen, now)) return TurnResult::kBlocked;
    file.ended = file.closed = false;
  }
  if (file.loss.has_value()) {
    if (!PassOver(file, file.size, *file.loss, now)) return TurnResult::kBlocked;
    return AtEnd(file, now);
  }
  if (file.position < file.start_skip_end) {
    if (file.compressed) return SkipGz(file, now);
    if (!PassOver(file, file.start_skip_end, SkipReason::kStartAt, now))
      return TurnResult::kBlocked;
  }
  if (file.provisional && file.backlog() > 0) intake_.CompleteHead(file);
  if (file.rekey_due) {
    if (!Send(file, SegmentKind::kRekey, now)) return TurnResult::kBlocked;
    file.rekey_bytes = file.position;
    file.rekey_due = false;
  }
  if (file.compressed) return ReadGz(file, now);
  return file.backlog() > 0 ? ReadSome(file, now) : AtEnd(file, now);
}

void FileTurns::SendData(TailedFile& file, std::string_view bytes, MonotonicTime now) {
  writer_.AppendData(file.worker, MakeSegment(file, SegmentKind::kData), bytes.size());
  file.told_bytes = std::max(file.size, file.position);
  file.position += static_cast<int64_t>(bytes.size());
  file.tail.Append(bytes);
  file.size = std::max(file.size, file.position);
  file.grew_at = now;
  file.flush_due = true;
  file.data_came = true;
  file.newer_woken = false;
  file.read_errors = 0;
  read_bytes_ += static_cast<int64_t>(bytes.size());
  metrics_.source(file.source()).read_bytes.Add(bytes.size());
}

TurnResult FileTurns::ReadSome(TailedFile& file, MonotonicTime now) {
  size_t left = kTurnBytes;
  while (left > 0 && file.backlog() > 0) {
    const std::span<char> space = writer_.Space(file.worker, kReadBytesMin, now);
    if (space.empty()) return TurnResult::kBlocked;
    const std::span<char> into = space.first(std::min(space.size(), std::max(left, kReadBytesMin)));
    const ReadStep step = ReadVerified(file.fd.get(), file.position, file.tail, into);
    if (step.outcome == ReadOutcome::kError) return TakeError(file, step.error_number, now);
    if (step.outcome == ReadOutcome::kTruncated) {
      file.overwritten = true;
      // The last size is that of the new content.
      file.size = std::max(file.size_before, file.position);
      return TurnResult::kTruncated;
    }
    if (step.outcome == ReadOutcome::kEnd) {
      file.size = file.position;
      break;
    }
    const std::string_view bytes(into.data(), step.bytes);
    if (IsAllZero(bytes) && PassHole(file, bytes, now)) continue;
    SendData(file, bytes, now);
    left -= std::min(left, step.bytes);
  }
  if (file.backlog() > 0) return TurnResult::kMore;
  file.backoff = kHotInterval;
  return AtEnd(file, now);
}

bool FileTurns::PassHole(TailedFile& file, std::string_view bytes, MonotonicTime now) {
  const std::optional<int64_t> data = FindData(file.fd.get(), file.position, file.size);
  if (!data.has_value() || *data <= file.position) return false;
  const auto read_end = file.position + static_cast<int64_t>(bytes.size());
  // A hole that is shorter than what was read is not worth a segment of its own.
  if (*data < read_end) return false;
  return PassOver(file, std::min(*data, std::max(file.size, read_end)), SkipReason::kSparseHole,
                  now);
}

TurnResult FileTurns::ReadGz(TailedFile& file, MonotonicTime now) {
  if (file.damaged) return AtEnd(file, now);
  size_t left = kTurnBytes;
  while (left > 0) {
    const std::span<char> space = writer_.Space(file.worker, kReadBytesMin, now);
    if (space.empty()) return TurnResult::kBlocked;
    const std::span<char> into = space.first(std::min(space.size(), std::max(left, kReadBytesMin)));
    const GzStep step = file.gz->Read(file.position, into);
    switch (step.outcome) {
      case GzOutcome::kBytes:
        if (step.bytes == 0) return TurnResult::kMore;
        SendData(file, {into.data(), step.bytes}, now);
        left -= std::min(left, step.bytes);
        break;
      case GzOutcome::kEnd:
        return AtEnd(file, now);
      case GzOutcome::kDamaged:
      case GzOutcome::kError:
        file.damaged = true;
        // How much text there would be nobody knows: the compressed bytes stand for it.
        file.size = file.position + std::max<int64_t>(1, file.gz->rest_bytes());
        Lose(file, SkipReason::kReadError);
        return TurnResult::kMore;
    }
  }
  return TurnResult::kMore;
}

TurnResult FileTurns::SkipGz(TailedFile& file, MonotonicTime now) {
  std::string thrown_away(kReadBytesMin, '\0');
  const GzStep step = file.gz->Read(file.start_skip_end, thrown_away);
  if (step.outcome == GzOutcome::kBytes) return TurnResult::kMore;
  const std::optional<int64_t> text = file.gz->text_bytes();
  file.start_skip_end = text.value_or(0);
  if (!text.has_value()) return TurnResult::kMore;  // Damaged: read what there is after all.
  if (!PassOver(file, *text, SkipReason::kStartAt, now)) {
    file.start_skip_end = std::numeric_limits<int64_t>::max();
    return TurnResult::kBlocked;
  }
  return AtEnd(file, now);
}

bool FileTurns::PassOver(TailedFile& file, int64_t until, SkipReason reason, MonotonicTime now) {
  if (until <= file.position) return true;
  Segment segment = MakeSegment(file, SegmentKind::kSkip);
  segment.reason = reason;
  segment.skipped_bytes = until - file.position;
  const int64_t skipped = segment.skipped_bytes;
  if (!writer_.Append(file.worker, std::move(segment), now)) return false;
  metrics_.source(file.source()).read_bytes.Add(static_cast<uint64_t>(skipped));
  file.position = until;
  file.size = std::max(file.size, until);
  file.tail = file.fd.valid() && !file.loss.has_value() ? ReadTail(file.fd.get(), until) : Tail();
  file.flush_due = true;
  file.newer_woken = false;
  file.grew_at = now;
  return true;
}

TurnResult FileTurns::AtEnd(TailedFile& file, MonotonicTime now) {
  if (!file.newer_woken) WakeNewer(file, now);
  file.newer_woken = true;
  const auto quiet_since = std::max(file.rotated_at, file.grew_at);
  const bool over = options_.once || file.loss.has_value() || file.compressed ||
                    (file.rotated && now - quiet_since >= kDrainTime);
  if (over) {
    if (!Send(file, SegmentKind::kEnd, now)) return TurnResult::kBlocked;
    file.ended = true;
    file.closed = false;
    file.flush_due = false;
    WakeNewer(file, now);
  } else if (file.flush_due && now - file.grew_at >= SourceOf(file).flush_partial) {
    if (!Send(file, SegmentKind::kFlush, now)) return TurnResult::kBlocked;
    file.flush_due = false;
  }
  Rest(file, now);
  return TurnResult::kIdle;
}

void FileTurns::WakeNewer(const TailedFile& file, MonotonicTime now) {
  // As far as one has something to be read: that one wakes those behind it in its turn. One that
  // was found late, between others, looks by itself.
  const auto& generations = order_.Generations(file.stream->lineage);
  auto other = std::find(generations.begin(), generations.end(), &file);
  while (other != generations.end() && ++other != generations.end()) {
    if ((*other)->announced) continue;
    table_.ScheduleBy(*other, now);
    if (!(*other)->drained()) return;
  }
}

}  // namespace tailrace
