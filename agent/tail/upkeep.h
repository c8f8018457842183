// Upkeep keeps the reader within its bounds, once a second: descriptors, deleted files that are
// held open, free slabs; and shows what it sees as gauges.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     Open files stay below `max_open_files`: beyond it idle ones are closed, and opened
//            again when they grow. Deleted files stay below `max_held_deleted`
//            of their source: beyond it those that were read are closed, then the oldest given up.
// Cost       One pass over all files.
#pragma once

#include <cstddef>
#include <vector>

#include "agent/base/clock.h"
#include "agent/tail/file_table.h"
#include "agent/tail/file_turns.h"
#include "agent/tail/intake.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

inline constexpr std::chrono::seconds kUpkeepInterval{1};
inline constexpr std::chrono::seconds kIdleTime{60};
inline constexpr double kDescriptorShare = 0.75;

class Upkeep {
 public:
  Upkeep(const TailOptions& options, FileTable& table, FileTurns& turns, Intake& intake,
         TailMetrics& metrics);

  // Raises the soft limit of descriptors to the hard one. Call once, first.
  void RaiseDescriptorLimit();

  void Run(MonotonicTime now);
  // Closes files that are read to their end, idle or not: an open failed for want of descriptors.
  void FreeDescriptors(MonotonicTime now);

 private:
  struct Seen;
  void CloseIdle(MonotonicTime now, std::chrono::seconds idle_for, size_t target);
  void BoundDeleted(SourceId source, std::vector<TailedFile*>& deleted, MonotonicTime now);
  void Show(const std::vector<Seen>& seen, MonotonicTime now);

  const TailOptions& options_;
  FileTable& table_;
  FileTurns& turns_;
  Intake& intake_;
  TailMetrics& metrics_;
  size_t max_open_ = 1024;
};

}  // namespace tailrace
