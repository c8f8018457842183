// What the kernel says of a file, by handle or by name: the facts that identity, growth and
// retention are decided from.
//
// Threads    Any; plain values and system calls.
// Units      Sizes in bytes; times in nanoseconds since the epoch.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "agent/event/stream.h"

namespace tailrace {

struct FileStat {
  FileIdentity inode;  // Its generation is 0: the kernel does not know about truncations.
  int64_t size_bytes = 0;
  int64_t held_bytes = 0;  // What the file takes of the disk.
  int64_t mtime_nanos = 0;
  uint32_t links = 0;
  mode_t mode = 0;

  bool regular() const;
  bool directory() const;
  bool link() const;
};

// nullopt with errno.
std::optional<FileStat> StatHandle(int fd);
// As StatHandle, at half the cost, without the identity: that of a handle does not change.
std::optional<FileStat> StatGrowth(int fd);
// Does not follow a link in the last component.
std::optional<FileStat> StatName(int directory_fd, const char* name);
// Follows links. What it says is a hint: the open decides.
std::optional<FileStat> StatTarget(int directory_fd, const char* name);

}  // namespace tailrace
