// FaultVfs makes SQLite's disk fail on purpose: the n-th write, sync, truncate, create or delete,
// or all from the n-th on. While it lives it is SQLite's default file system.
//
// Threads    One test at a time; files that were opened through it must be closed before it ends.
#pragma once

#include <sqlite3.h>

#include <cstdint>

namespace tailrace {

class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // The change after `changes` more fails with `error` (an SQLite code) once, or for ever.
  void FailAfter(int64_t changes, int error);
  void FailFrom(int64_t changes, int error);
  void Mend();
  // Syncs are as good as writes while no machine fails, and much slower.
  void SkipSyncs() { skip_syncs_ = true; }

  int64_t change_count() const { return change_count_; }
  int64_t sync_count() const { return sync_count_; }

  // For the callbacks: counts one change and returns what it shall answer.
  int Change();
  int Sync();
  bool skips_syncs() const { return skip_syncs_; }

 private:
  sqlite3_vfs vfs_;
  int64_t change_count_ = 0;
  int64_t sync_count_ = 0;
  int64_t fail_at_ = -1;
  int error_ = SQLITE_OK;
  bool for_ever_ = false;
  bool skip_syncs_ = false;
};

}  // namespace tailrace
