// Mutex is std::mutex with the annotations that clang's -Wthread-safety checks. absl::Mutex has
// them as well, but Debian's build of it says nothing to ThreadSanitizer, which then reports a race
// on everything that the mutex guards.
//
// Threads    Any.
// Cost       Never on the data path, where there is no lock at all.
#pragma once

#include <mutex>

#include "absl/base/thread_annotations.h"

namespace tailrace {

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds `mutex` for the life of the object.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace tailrace
