// SourceSwitch takes the reader from one set of sources to the next, in this order, so that no
// worker sees a step of the one under the plan of the other:
//
//   1. kLeave of every file that is no longer asked for; it is closed, and remembered in the table
//   2. kEpoch to every worker
//   3. the files of the new sources; files that come back go on where they were left
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     A file that was left is forgotten after kLeftTime, like its stored entry.
// Failure    Without a slab Continue says so and is to be called again. Until it is through,
// nothing
//            else of the reader may send anything.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "agent/tail/discovery.h"
#include "agent/tail/file_table.h"
#include "agent/tail/file_turns.h"
#include "agent/tail/intake.h"
#include "agent/tail/known_files.h"
#include "agent/tail/lineage_order.h"
#include "agent/tail/reader_reload.h"
#include "agent/tail/slab_writer.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

inline constexpr std::chrono::hours kLeftTime{24};

class SourceSwitch {
 public:
  // `options` are the reader's own, whose sources it replaces.
  SourceSwitch(TailOptions& options, Discovery& discovery, FileTable& table, LineageOrder& order,
               KnownFiles& known, Intake& intake, FileTurns& turns, SlabWriter& writer,
               TailMetrics& metrics, MetricRegistry& registry);

  bool under_way() const { return reload_ != nullptr; }
  // REQUIRES: none is under way.
  void Begin(ReaderReloadPtr reload, MonotonicTime now);
  // True when it is through.
  bool Continue(MonotonicTime now);

 private:
  void AddSources();
  void PlanLeaves(SourceId source);
  bool AsksFor(const TailedFile& file, const absl::flat_hash_set<std::string_view>& found) const;
  bool SendLeaves(MonotonicTime now);
  void Leave(TailedFile& file, MonotonicTime now);
  // The files that stay with changed sources, or may come back to them.
  void Refresh(MonotonicTime now);

  TailOptions& options_;
  Discovery& discovery_;
  FileTable& table_;
  LineageOrder& order_;
  KnownFiles& known_;
  Intake& intake_;
  FileTurns& turns_;
  SlabWriter& writer_;
  TailMetrics& metrics_;
  MetricRegistry& registry_;

  ReaderReloadPtr reload_;
  Findings findings_;           // Of the new sources.
  std::vector<FileId> leaves_;  // To be sent.
  size_t epochs_sent_ = 0;      // By worker.
};

}  // namespace tailrace
