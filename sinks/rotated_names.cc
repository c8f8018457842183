#include "sinks/rotated_names.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

bool Exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

absl::Status Rename(const std::string& from, const std::string& to, const DiskOps& disk) {
  if (disk.rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return ErrnoStatus(errno, Concat({"rename ", from, " to ", to}));
}

}  // namespace

std::string RotatedNames::Numbered(int number) const {
  std::string_view stem = path;
  if (stem.ends_with(extension)) stem.remove_suffix(extension.size());
  return Concat({stem, ".", std::to_string(number), extension});
}

absl::Status RotateNames(const RotatedNames& names, int max_files, const DiskOps& disk) {
  // Up to the first free name only: after a failed try there is one, and files behind it stay.
  int free = 1;
  while (free <= max_files && Exists(names.Numbered(free))) ++free;
  if (free > max_files) {
    free = max_files;
    const std::string oldest = names.Numbered(free);
    if (disk.unlink(oldest.c_str()) != 0) return ErrnoStatus(errno, Concat({"unlink ", oldest}));
  }
  for (int number = free; number > 1; --number) {
    RETURN_IF_ERROR(Rename(names.Numbered(number - 1), names.Numbered(number), disk));
  }
  return Rename(names.path, names.Numbered(1), disk);
}

absl::Status SyncDirectoryOf(const std::string& path, const DiskOps& disk) {
  const size_t slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const UniqueFd fd(disk.open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", dir}));
  if (disk.fsync(fd.get()) != 0) return ErrnoStatus(errno, Concat({"fsync ", dir}));
  return absl::OkStatus();
}

}  // namespace tailrace
