// DiskOps are the system calls by which sinks change a disk, as functions that a test can replace:
// every one of them must be seen to fail.
//
// Threads    Any; RealDisk() is immutable.
// Failure    As the system calls: -1 and errno.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace tailrace {

struct DiskOps {
  int (*open)(const char* path, int flags, mode_t mode);
  ssize_t (*pwrite)(int fd, const void* bytes, size_t size, off_t offset);
  int (*ftruncate)(int fd, off_t size);
  int (*fdatasync)(int fd);
  int (*fsync)(int fd);
  int (*rename)(const char* from, const char* to);
  int (*unlink)(const char* path);
};

const DiskOps& RealDisk();

}  // namespace tailrace
