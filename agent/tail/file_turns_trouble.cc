// The part of FileTurns that deals with losses, errors, bytes that are handed back, and rest.
#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/tail/file_turns.h"
#include "agent/tail/time_grid.h"

namespace tailrace {
namespace {

constexpr int64_t kBlockBytes = 4096;
constexpr uint32_t kReadErrorDoublingsMax = 7;  // 100 ms ... 12.8 s.

// Errors that are the handle's own: reading elsewhere in the file would say the same.
bool IsOfTheHandle(int error_number) {
  return error_number == ESTALE || error_number == EBADF || error_number == ENODEV ||
         error_number == ENOTCONN || error_number == EACCES || error_number == EPERM;
}

constexpr std::chrono::milliseconds kFineGrid{10};
constexpr std::chrono::milliseconds kCoarseGrid{50};

std::string PathOf(const TailedFile& file) {
  return file.paths.empty() ? file.stream->path : *file.paths.front();
}

}  // namespace

void FileTurns::Lose(TailedFile& file, SkipReason reason) {
  file.loss = reason;
  file.loss_from = file.position;
  const int64_t bytes = file.backlog();
  if (bytes == 0) return;
  metrics_.source(file.source()).lost(reason).Add(static_cast<uint64_t>(bytes));
  if (loss_throttle_.Allow(clock_.Now())) {
    LogError("bytes were destroyed before they were read", {{"path", PathOf(file)},
                                                            {"bytes", std::to_string(bytes)},
                                                            {"reason", SkipReasonName(reason)}});
  }
}

TurnResult FileTurns::TakeError(TailedFile& file, int error_number, MonotonicTime now) {
  if (error_throttle_.Allow(now)) {
    LogWarn("reading failed",
            {{"path", PathOf(file)}, {"error", ErrnoStatus(error_number, "read").ToString()}});
  }
  ++file.read_errors;
  const uint32_t doublings = std::min(file.read_errors - 1, kReadErrorDoublingsMax);
  table_.Schedule(&file, now + kReadErrorPause * (1 << doublings));
  if (file.read_errors < kReadAttempts) return TurnResult::kIdle;
  if (IsOfTheHandle(error_number)) {
    file.fd.reset();
    if (intake_.Reopen(file)) return TurnResult::kIdle;
    Lose(file, SkipReason::kReadError);
    return TurnResult::kMore;
  }
  const int64_t from = file.position;
  const int64_t until = std::min(file.size, (from / kBlockBytes + 1) * kBlockBytes);
  if (!PassOver(file, until, SkipReason::kReadError, now)) return TurnResult::kBlocked;
  file.unreadable.emplace_back(from, until);
  metrics_.source(file.source())
      .lost(SkipReason::kReadError)
      .Add(static_cast<uint64_t>(until - from));
  file.read_errors = kReadAttempts - 1;  // The next block gets one attempt.
  return TurnResult::kMore;
}

void FileTurns::Rewind(TailedFile& file, int64_t offset) {
  offset = std::min(offset, file.position);
  const SourceMetrics& metrics = metrics_.source(file.source());
  metrics.read_bytes.Subtract(static_cast<uint64_t>(file.position - offset));
  if (file.loss.has_value() && offset < file.loss_from) {
    metrics.lost(*file.loss).Add(static_cast<uint64_t>(file.loss_from - offset));
    file.loss_from = offset;
  }
  while (!file.unreadable.empty() && file.unreadable.back().second > offset) {
    const auto [from, until] = file.unreadable.back();
    metrics.lost(SkipReason::kReadError).Subtract(static_cast<uint64_t>(until - from));
    file.unreadable.pop_back();
  }
  if (file.gz != nullptr && file.damaged) {
    // What lies before the damage can be read again.
    metrics.lost(SkipReason::kReadError)
        .Subtract(static_cast<uint64_t>(file.size - file.loss_from));
    file.loss.reset();
    file.damaged = false;
  }
  if (file.fd.valid() && offset < file.position) {
    // The proof that the file is still the same lies where it was read up to; after this it would
    // be lost.
    if (!AnchorHolds(file.fd.get(), file.position, file.tail.anchor())) file.overwritten = true;
    file.tail = ReadTail(file.fd.get(), offset);
  } else if (offset < file.position) {
    file.tail = Tail();
  }
  if (offset < file.position && !file.loss.has_value()) {
    // The end is where it was; what is to be read again is what was read.
    file.size = std::max(file.size, file.position);
  }
  file.position = offset;
  if (file.rekey_bytes >= offset) file.rekey_due = true;
  file.ended = file.closed = false;
  file.flush_due = true;
  file.paused = true;
}

void FileTurns::Rest(TailedFile& file, MonotonicTime now) {
  const TailSourceOptions& source = SourceOf(file);
  MonotonicTime next = now + source.poll_interval;
  const bool waits = file.paused || file.ended;
  // So that it is known what is lost if the file goes while the agent is stopped. Without a slab it
  // is told the next time.
  const bool grew = std::max(file.size, file.position) > file.told_bytes;
  if (file.paused && file.announced && !file.ended && grew &&
      !Send(file, SegmentKind::kGrew, now)) {
    file.told_bytes = 0;
  }
  if (!waits) {
    // What came without a hint, such as what is written under another hard link, or through an
    // overlay, says that hints cannot be relied on.
    if (file.data_came) file.trusts_hints = file.data_expected;
    file.data_came = file.data_expected = false;
    const bool watched = std::exchange(file.watched, false) || intake_.WritesAreSeen(file);
    if (file.trusts_hints && watched && !file.rotated) {
      file.backoff = source.poll_interval;
      next = now + kHintedIntervals * source.poll_interval;
    } else {
      file.backoff =
          std::clamp<std::chrono::milliseconds>(file.backoff, kHotInterval, source.poll_interval);
      next = now + file.backoff;
      file.backoff = std::min(file.backoff * 2, source.poll_interval);
    }
    if (file.flush_due || !file.identified) {
      const MonotonicTime flush = file.grew_at + source.flush_partial;
      if (flush > now) next = std::min(next, flush);
    }
    if (file.rotated) {
      const MonotonicTime end = std::max(file.rotated_at, file.grew_at) + kDrainTime;
      if (end > now) next = std::min(next, end);
    }
  }
  table_.Schedule(&file, OnGrid(next, file.backoff >= kCoarseGrid * 4 ? kCoarseGrid : kFineGrid));
}

}  // namespace tailrace
