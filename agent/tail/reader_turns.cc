// The part of the reader that takes files in turn: which are due, and what comes before and after a
// turn of FileTurns.
#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "agent/tail/reader_rounds.h"

namespace tailrace {
namespace {

constexpr size_t kTurnsMax = 1024;  // In one round.
constexpr size_t kTurnsBetweenCommands = 64;

}  // namespace

void Reader::Rounds::TakeTurns(MonotonicTime now) {
  std::vector<TailedFile*> due = table.Due(now, kTurnsMax);
  // Those that are closest to being destroyed first, then those with the most to read.
  std::stable_sort(due.begin(), due.end(), [](const TailedFile* a, const TailedFile* b) {
    return std::pair(!a->rotated, -a->backlog()) < std::pair(!b->rotated, -b->backlog());
  });
  std::vector<FileId> ids;
  ids.reserve(due.size());
  for (const TailedFile* file : due) ids.push_back(file->id);
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i % kTurnsBetweenCommands == kTurnsBetweenCommands - 1) {
      TakeCommands(now);
      ports.heartbeat->Beat(clock.Now());  // So many turns may take long.
      if (!rate.Allows(now)) return;
    }
    if (stopping) return;
    TailedFile* file = table.Find(ids[i]);
    if (file != nullptr && file->due <= now) TakeTurn(*file, now);
    rate.Take(turns.TakeReadBytes());
  }
}

void Reader::Rounds::TakeTurn(TailedFile& file, MonotonicTime now) {
  if (file.left) return TakeLeft(file, now);
  if (file.return_due) {
    if (!turns.SendStep(file, SegmentKind::kReturn, now)) {
      table.Schedule(&file, now + kBlockedPause);
      return;
    }
    file.return_due = false;
  }
  if (IsGone(file, now)) {
    TakeGone(file, now);
    return;
  }
  if (!file.has_handle() && !file.loss.has_value() && !Revive(file, now)) return;
  const TurnResult result =
      worker_blocked[file.worker] ? TurnResult::kBlocked : turns.Take(file, now);
  switch (result) {
    case TurnResult::kIdle:
      if (file.closed) file.fd.reset();  // It was looked at, and has not grown.
      break;
    case TurnResult::kRemoved:
      break;
    case TurnResult::kMore:
      table.Schedule(&file, now);
      break;
    case TurnResult::kBlocked:
      worker_blocked[file.worker] = true;
      blocked.push_back(file.id);
      blocked_retry = std::min(blocked_retry, now + kBlockedPause);
      table.Schedule(&file, MonotonicTime::max());
      break;
    case TurnResult::kTruncated:
      TakeTruncated(file, now);
      break;
  }
}

bool Reader::Rounds::Revive(TailedFile& file, MonotonicTime now) {
  const bool hinted = file.trusts_hints && intake.WritesAreSeen(file);
  table.Schedule(&file, now + options.sources[file.source().value()].poll_interval *
                                  (hinted ? kHintedIntervals : 1));
  const bool waits = file.ended && !file.closed;
  if (file.paths.empty() || file.compressed || waits || (options.once && file.ended)) return false;
  const std::optional<FileStat> stat = StatTarget(AT_FDCWD, file.paths.front()->c_str());
  if (!stat.has_value() || stat->inode != file.inode) return false;  // Discovery will see it.
  if (stat->size_bytes == file.position && stat->mtime_nanos == file.mtime_nanos) return false;
  return intake.Reopen(file);
}

bool Reader::Rounds::IsGone(const TailedFile& file, MonotonicTime now) const {
  if (!file.paths.empty() || options.once) return false;
  const bool silent = !file.announced && file.size == 0;
  if (!silent && !(file.ended && file.closed)) return false;
  // A rename to another directory is seen there within a cycle.
  return now - file.rotated_at >= 2 * discovery.cycle();
}

void Reader::Rounds::TakeGone(TailedFile& file, MonotonicTime now) {
  if (file.announced) {
    if (!turns.SendStep(file, SegmentKind::kGone, now)) {
      table.Schedule(&file, now + kBlockedPause);
      return;
    }
    StoredFile left;
    left.identity = file.stream->identity;
    left.key = file.stream->key;
    left.lineage = file.stream->lineage;
    left.path = file.stream->path;
    left.frontier_bytes = left.known_bytes = file.position;
    left.anchor = file.tail.anchor();
    left.complete = true;
    known.Remember(file.source(), std::move(left));
  }
  order.Remove(&file);
  table.Remove(&file);
}

// Its stored entry has ended by itself.
void Reader::Rounds::TakeLeft(TailedFile& file, MonotonicTime now) {
  if (now < file.left_until) {
    table.Schedule(&file, file.left_until);
    return;
  }
  if (file.announced && !turns.SendStep(file, SegmentKind::kGone, now)) {
    table.Schedule(&file, now + kBlockedPause);
    return;
  }
  table.Remove(&file);
}

void Reader::Rounds::TakeTruncated(TailedFile& file, MonotonicTime now) {
  if (!file.announced) {
    // Nothing of it was passed on: the new content takes its place.
    turns.Lose(file, SkipReason::kTruncated);
    intake.BeginGeneration(file, now);
    order.Remove(&file);
    table.Remove(&file);
    return;
  }
  // Who truncates may have made a copy just before.
  Findings findings;
  discovery.CheckDirectoryOf(file.source(), file.stream->path, now, findings);
  intake.Take(findings.paths, now);
  intake.BeginGeneration(file, now);
  if (!intake.UseSpare(file, now)) turns.Lose(file, SkipReason::kTruncated);
  table.Schedule(&file, now);
}

void Reader::Rounds::RetryBlocked(MonotonicTime now) {
  if (blocked.empty() || (!room_came && now < blocked_retry)) return;
  for (const FileId id : blocked) {
    TailedFile* file = table.Find(id);
    if (file != nullptr) table.ScheduleBy(file, now);
  }
  blocked.clear();
  worker_blocked.assign(writer.workers(), false);
  blocked_retry = MonotonicTime::max();
  room_came = false;
}

}  // namespace tailrace
