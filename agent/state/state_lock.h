// StateLock keeps a second agent from using the same state directory: two would overwrite each
// other's checkpoints.
//
// Threads    Any; a plain owner of a descriptor.
// Ownership  Holds flock(2) on <dir>/lock, which the kernel drops with the process however that
//            ends. The file stays, with the pid of its last holder in it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "agent/base/unique_fd.h"

namespace tailrace {

class StateLock {
 public:
  // Makes the directory (0700) where it is missing. kUnavailable, naming the pid, when another
  // process holds the lock; any other code when the directory cannot be made or written.
  static absl::StatusOr<StateLock> Acquire(const std::string& dir);

 private:
  explicit StateLock(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace tailrace
