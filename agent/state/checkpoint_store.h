// CheckpointStore keeps the checkpoints of all files across restarts: one row for each generation
// of each file, found again by (source, identity, key).
//
// Invariants
//   (1) What Commit took is durable when it returns OK, all of it or nothing.
//   (2) A row that is read is one that was committed as it is: a store that is damaged in any way
//       that can be seen, down to one bit of a row, is set aside whole (see state_dir.h) and a new
//       one made. Damage to the log of the last commits may bring back an older state, which is
//       safe: those bytes are read again.
//   (3) A row ends 24 h after its file. At each start all are taken for gone, and each checkpoint
//       that does not say so brings its file back: a worker sends one for each file that it opens.
//
// Threads    Not thread-safe; owned by the state thread (made on the thread that starts it).
// Bounds     A row is about 300 bytes; space of expired rows is given back. The log (-wal) is cut
//            back to 1 MiB.
// Failure    Open fails only when the directory cannot be written at all, or its disk is full and
//            there is no store yet. A failed Commit changes nothing and may be tried again.
//            A damaged store is an ERROR in the log, beside `set_aside`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/base/clock.h"
#include "agent/state/checkpoint.h"
#include "agent/state/sqlite_database.h"

namespace tailrace {

class CheckpointStore {
 public:
  // What a store that can be used gave at its opening.
  struct Opened {
    std::unique_ptr<CheckpointStore> store;
    StoredState state;
  };

  // `source_names` by SourceId. kUnavailable, kResourceExhausted or kPermissionDenied: try again
  // later, a store that may be there was not touched.
  static absl::StatusOr<Opened> Open(const std::string& dir, std::vector<std::string> source_names,
                                     const Clock& clock);

  // The next SourceId.
  void AddSource(std::string name) { source_names_.push_back(std::move(name)); }

  // kDataLoss: the store is damaged or no longer the one at its path; open it again.
  absl::Status Commit(const CheckpointBatch& batch);

  // Deletes the rows of files that are gone for 24 h. Errors as Commit.
  absl::Status Expire();

  CheckpointStore(const CheckpointStore&) = delete;
  CheckpointStore& operator=(const CheckpointStore&) = delete;

 private:
  CheckpointStore(SqliteDatabase database, std::vector<std::string> source_names,
                  const Clock& clock);
  static absl::StatusOr<std::unique_ptr<CheckpointStore>> OpenAt(
      const std::string& path, std::vector<std::string> source_names, const Clock& clock,
      std::vector<StoredFile>& files);
  // Makes the table in an empty database, and accepts no other than ours.
  absl::Status PrepareSchema();
  absl::Status CreateSchema();
  absl::StatusOr<std::vector<StoredFile>> Load();
  // Runs `body` in a transaction, and MarkAllGone before it while that is pending.
  template <typename Body>
  absl::Status InTransaction(Body body);
  absl::Status MarkAllGone();
  int64_t NowSeconds() const { return clock_.WallNanos() / 1'000'000'000; }

  SqliteDatabase database_;
  std::vector<std::string> source_names_;
  const Clock& clock_;
  // Done in the first transaction after the start rather than at it, so that a full disk does not
  // keep the store from being read.
  bool mark_pending_ = true;
  bool created_ = false;
};

}  // namespace tailrace
