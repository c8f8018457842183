// The names of a file that is rotated by size: PATH, PATH.1 (the last one), PATH.2, ... With an
// extension, which tools go by, it stays last: OUT.zst, OUT.1.zst, OUT.2.zst, ...
//
// Threads    Owned by whoever writes the file.
// Failure    A failed step leaves every file under some name and in order, so that the whole may
//            be tried again, also after a crash between any two steps: no file is moved on twice.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "sinks/disk_ops.h"

namespace tailrace {

struct RotatedNames {
  std::string path;
  std::string extension;  // Every rotated name ends with it, whether `path` does or not.

  std::string Numbered(int number) const;
};

// Renames PATH to PATH.1 and the others on by one; what would become PATH.<max_files + 1> is
// deleted. The caller syncs the directory.
absl::Status RotateNames(const RotatedNames& names, int max_files, const DiskOps& disk);

// Makes the names in the directory of `path` durable.
absl::Status SyncDirectoryOf(const std::string& path, const DiskOps& disk);

}  // namespace tailrace
