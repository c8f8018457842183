#include "agent/tail/file_identity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace tailrace {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kBlockBytes = 512;  // Of a stat's blocks, whatever the file system's own.

int64_t Nanos(const statx_timestamp& time) { return time.tv_sec * kNanosPerSecond + time.tv_nsec; }

std::optional<FileStat> Statx(int fd, const char* name, int flags) {
  struct statx raw;
  if (statx(fd, name, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &raw) != 0) {
    return std::nullopt;
  }
  FileStat stat;
  stat.inode.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  stat.inode.inode = raw.stx_ino;
  stat.inode.birth_nanos = (raw.stx_mask & STATX_BTIME) != 0 ? Nanos(raw.stx_btime) : 0;
  stat.size_bytes = static_cast<int64_t>(raw.stx_size);
  stat.held_bytes = static_cast<int64_t>(raw.stx_blocks) * kBlockBytes;
  stat.mtime_nanos = Nanos(raw.stx_mtime);
  stat.links = raw.stx_nlink;
  stat.mode = raw.stx_mode;
  return stat;
}

}  // namespace

bool FileStat::regular() const { return S_ISREG(mode); }
bool FileStat::directory() const { return S_ISDIR(mode); }
bool FileStat::link() const { return S_ISLNK(mode); }

std::optional<FileStat> StatHandle(int fd) { return Statx(fd, "", AT_EMPTY_PATH); }

std::optional<FileStat> StatGrowth(int fd) {
  struct stat raw;
  if (fstat(fd, &raw) != 0) return std::nullopt;
  FileStat stat;
  stat.size_bytes = raw.st_size;
  stat.held_bytes = raw.st_blocks * kBlockBytes;
  stat.mtime_nanos = raw.st_mtim.tv_sec * kNanosPerSecond + raw.st_mtim.tv_nsec;
  stat.links = static_cast<uint32_t>(raw.st_nlink);
  stat.mode = raw.st_mode;
  return stat;
}

std::optional<FileStat> StatName(int directory_fd, const char* name) {
  return Statx(directory_fd, name, AT_SYMLINK_NOFOLLOW);
}

std::optional<FileStat> StatTarget(int directory_fd, const char* name) {
  return Statx(directory_fd, name, 0);
}

}  // namespace tailrace
