// CheckpointWriter gathers the checkpoints of all workers and brings them to the store, at most
// once in `commit_interval`, for as long as it takes.
//
// Invariants
//   (1) Of each file the newest checkpoint is kept until it is durable: a full or broken disk
//       delays checkpoints, it loses none (but see Bounds).
//
// Threads    Not thread-safe; owned by the state thread.
// Bounds     One entry a file, `pending_files_max` of them. What does not fit is counted in
//            tailrace_checkpoints_dropped_total: after a restart those bytes are read again.
// Failure    Never stops the agent: tailrace_checkpoint_errors_total counts, the log warns at most
//            once a minute, the next interval tries again.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/metrics.h"
#include "agent/state/checkpoint.h"
#include "agent/state/checkpoint_store.h"

namespace tailrace {

struct StateOptions {
  std::string dir;  // Empty: nothing is kept, nothing is known at start (`--no-state`).
  std::vector<std::string> source_names;  // By SourceId.
  // Workers send once a second, sooner after a start; this makes one commit of what comes together.
  std::chrono::milliseconds commit_interval{200};
  size_t pending_files_max = 32768;  // Only a broken disk lets them grow.
};

class CheckpointWriter {
 public:
  CheckpointWriter(StateOptions options, MetricRegistry& registry, const Clock& clock);

  // Opens the store and returns what it had. Call once, first. Where the store cannot be opened
  // now, that is an empty state, and the store is tried again with each commit.
  StoredState Open();

  // The next SourceId.
  void AddSource(std::string name);

  void Add(CheckpointBatch batch);

  // Commits when something is pending and the last try is `commit_interval` ago.
  void CommitIfDue();
  // Commits what is pending now, due or not.
  absl::Status Commit();

  // When CommitIfDue next has something to do; nullopt when nothing is pending.
  std::optional<MonotonicTime> next_due() const;

 private:
  using FileOfSource = std::pair<SourceId, std::pair<FileIdentity, FileKey>>;

  absl::Status TryCommit();
  absl::Status Reopen();
  void ForgetPending();
  void ReportAge();

  StateOptions options_;
  const Clock& clock_;
  Counter& errors_;
  Counter& dropped_;
  Counter& set_aside_;
  Gauge& age_seconds_;
  LogThrottle error_log_{std::chrono::seconds(60)};

  std::unique_ptr<CheckpointStore> store_;  // None with no `dir`, and while it cannot be opened.
  CheckpointBatch pending_;
  absl::flat_hash_map<FileOfSource, size_t> positions_;  // In `pending_`.
  std::optional<MonotonicTime> pending_since_;
  std::optional<MonotonicTime> last_try_;
  MonotonicTime next_expiry_{};
};

}  // namespace tailrace
