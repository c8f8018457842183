// FaultyDisk is a DiskOps whose n-th call fails, or all from the n-th on: with an errno, after half
// of the bytes of a write have arrived. Otherwise the calls go to the real disk, but for syncs.
//
// Threads    One at a time, and one test thread: its functions find it through a static.
#pragma once

#include <cstdint>
#include <vector>

#include "sinks/disk_ops.h"

namespace tailrace {

enum class DiskStep : uint8_t { kOpen, kWrite, kTruncate, kDataSync, kSync, kRename, kUnlink };

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  const DiskOps& ops() const { return ops_; }

  // The call after `calls` more fails once, or that one and all later ones.
  void FailOnce(int64_t calls, int error_number);
  void FailFrom(int64_t calls, int error_number);
  // All calls of one kind fail.
  void FailAll(DiskStep step, int error_number);
  void Mend();

  const std::vector<DiskStep>& steps() const { return steps_; }
  int64_t CountOf(DiskStep step) const;

 private:
  friend struct FaultyCalls;
  // Notes the call. True: it fails, errno is set.
  bool Fails(DiskStep step);

  DiskOps ops_;
  std::vector<DiskStep> steps_;
  int64_t fail_at_ = -1;
  bool for_ever_ = false;
  int fail_step_ = -1;
  int error_number_ = 0;
};

}  // namespace tailrace
