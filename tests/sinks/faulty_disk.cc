#include "tests/sinks/faulty_disk.h"

#include <algorithm>
#include <cerrno>

#include "agent/base/check.h"

namespace tailrace {
namespace {

FaultyDisk* current = nullptr;

}  // namespace

struct FaultyCalls {
  static bool Fails(DiskStep step) { return current->Fails(step); }

  static int Open(const char* path, int flags, mode_t mode) {
    return Fails(DiskStep::kOpen) ? -1 : RealDisk().open(path, flags, mode);
  }
  static ssize_t Write(int fd, const void* bytes, size_t size, off_t offset) {
    if (!Fails(DiskStep::kWrite)) {
      // Never all at once, as a disk that is nearly full.
      return RealDisk().pwrite(fd, bytes, std::max<size_t>(1, size - size / 3), offset);
    }
    const int why = errno;
    CHECK(RealDisk().pwrite(fd, bytes, size / 2, offset) >= 0);
    errno = why;
    return -1;
  }
  static int Truncate(int fd, off_t size) {
    return Fails(DiskStep::kTruncate) ? -1 : RealDisk().ftruncate(fd, size);
  }
  static int DataSync(int fd) { return Fails(DiskStep::kDataSync) ? -1 : RealDisk().fdatasync(fd); }
  static int Sync(int fd) { return Fails(DiskStep::kSync) ? -1 : RealDisk().fsync(fd); }
  static int Rename(const char* from, const char* to) {
    return Fails(DiskStep::kRename) ? -1 : RealDisk().rename(from, to);
  }
  static int Unlink(const char* path) {
    return Fails(DiskStep::kUnlink) ? -1 : RealDisk().unlink(path);
  }
};

FaultyDisk::FaultyDisk()
    : ops_{FaultyCalls::Open, FaultyCalls::Write,  FaultyCalls::Truncate, FaultyCalls::DataSync,
           FaultyCalls::Sync, FaultyCalls::Rename, FaultyCalls::Unlink} {
  CHECK(current == nullptr);
  current = this;
}

FaultyDisk::~FaultyDisk() { current = nullptr; }

void FaultyDisk::FailOnce(int64_t calls, int error_number) {
  fail_at_ = static_cast<int64_t>(steps_.size()) + calls;
  error_number_ = error_number;
  for_ever_ = false;
}

void FaultyDisk::FailFrom(int64_t calls, int error_number) {
  FailOnce(calls, error_number);
  for_ever_ = true;
}

void FaultyDisk::FailAll(DiskStep step, int error_number) {
  fail_step_ = static_cast<int>(step);
  error_number_ = error_number;
}

void FaultyDisk::Mend() {
  fail_at_ = -1;
  fail_step_ = -1;
}

int64_t FaultyDisk::CountOf(DiskStep step) const {
  return std::count(steps_.begin(), steps_.end(), step);
}

bool FaultyDisk::Fails(DiskStep step) {
  const auto number = static_cast<int64_t>(steps_.size());
  steps_.push_back(step);
  const bool by_number = fail_at_ >= 0 && (number == fail_at_ || (for_ever_ && number > fail_at_));
  if (!by_number && fail_step_ != static_cast<int>(step)) return false;
  errno = error_number_;
  return true;
}

}  // namespace tailrace
