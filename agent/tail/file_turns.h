// FileTurns takes one file one turn further: tells its worker what happened to it, and reads at
// most kTurnBytes of it.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     kTurnBytes a turn, so that a large backlog does not hold up the others.
// Ordering   A file that is not announced waits for the older generations of its log.
// Failure    A read error is tried kReadAttempts times with growing pauses; then a block is passed
//            over and counted.
// Cost       An fstat, and a preadv when there is something to read.
#pragma once

#include <chrono>
#include <cstdint>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/tail/file_table.h"
#include "agent/tail/intake.h"
#include "agent/tail/lineage_order.h"
#include "agent/tail/slab_writer.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

inline constexpr size_t kTurnBytes = 256 * 1024;
inline constexpr size_t kReadBytesMin = 4096;
inline constexpr uint32_t kReadAttempts = 6;
inline constexpr std::chrono::milliseconds kHotInterval{20};
// A live file whose writes make hints is looked at by itself only every so many poll intervals.
inline constexpr int kHintedIntervals = 3;
inline constexpr std::chrono::milliseconds kReadErrorPause{100};  // Doubles with each attempt.

enum class TurnResult : uint8_t {
  kIdle,       // Nothing is left to be done for now; `due` says when to look again.
  kMore,       // There may be more to read.
  kBlocked,    // No slab, or no room in the worker's ring.
  kTruncated,  // What was read is no longer what stands there.
  kRemoved,    // The file was rejected, and is gone.
};

class FileTurns {
 public:
  FileTurns(const TailOptions& options, SlabWriter& writer, LineageOrder& order, FileTable& table,
            Intake& intake, TailMetrics& metrics, const Clock& clock);

  // REQUIRES: the file has a handle, or `loss`.
  TurnResult Take(TailedFile& file, MonotonicTime now);

  // From `position` on nothing can be read any more: counts that. `size` says how much there was.
  void Lose(TailedFile& file, SkipReason reason);
  // The worker hands back what was read from `offset` on.
  void Rewind(TailedFile& file, int64_t offset);
  // Sends kGone, kLeave or kReturn. False when there is no slab.
  [[nodiscard]] bool SendStep(TailedFile& file, SegmentKind kind, MonotonicTime now);

  // Of all files, since this was asked last: what the read rate is held against.
  int64_t TakeReadBytes() { return std::exchange(read_bytes_, 0); }

 private:
  // Looks at the handle. False, with errno, when that fails.
  bool Refresh(TailedFile& file, MonotonicTime now);
  void RefreshSize(TailedFile& file, const FileStat& stat, bool touched, MonotonicTime now);
  bool IdentifyNow(TailedFile& file, MonotonicTime now, TurnResult& result);
  bool Announce(TailedFile& file, MonotonicTime now);
  TurnResult TakeAnnounced(TailedFile& file, MonotonicTime now);
  TurnResult ReadSome(TailedFile& file, MonotonicTime now);
  TurnResult ReadGz(TailedFile& file, MonotonicTime now);
  TurnResult SkipGz(TailedFile& file, MonotonicTime now);
  TurnResult AtEnd(TailedFile& file, MonotonicTime now);
  TurnResult TakeError(TailedFile& file, int error_number, MonotonicTime now);
  bool PassOver(TailedFile& file, int64_t until, SkipReason reason, MonotonicTime now);
  // A hole at the position is passed over. True when that was so.
  bool PassHole(TailedFile& file, std::string_view bytes, MonotonicTime now);
  void SendData(TailedFile& file, std::string_view bytes, MonotonicTime now);
  Segment MakeSegment(const TailedFile& file, SegmentKind kind) const;
  bool Send(TailedFile& file, SegmentKind kind, MonotonicTime now);
  const TailedFile* PredecessorOf(const TailedFile& file) const;
  void RefreshOlder(const TailedFile& file, MonotonicTime now);
  void WakeNewer(const TailedFile& file, MonotonicTime now);
  void Rest(TailedFile& file, MonotonicTime now);
  const TailSourceOptions& SourceOf(const TailedFile& file) const;

  const TailOptions& options_;
  SlabWriter& writer_;
  LineageOrder& order_;
  FileTable& table_;
  Intake& intake_;
  TailMetrics& metrics_;
  const Clock& clock_;
  int64_t read_bytes_ = 0;
  LogThrottle loss_throttle_{std::chrono::seconds(60)};
  LogThrottle error_throttle_{std::chrono::seconds(60)};
};

}  // namespace tailrace
