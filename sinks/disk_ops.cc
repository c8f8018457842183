#include "sinks/disk_ops.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace tailrace {

const DiskOps& RealDisk() {
  static constexpr DiskOps kReal = {
      [](const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); },
      ::pwrite,
      ::ftruncate,
      ::fdatasync,
      ::fsync,
      ::rename,
      ::unlink};
  return kReal;
}

}  // namespace tailrace
