#include "agent/base/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

int64_t Nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

FileStamp StampFrom(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size, Nanoseconds(info.st_mtim),
          Nanoseconds(info.st_ctim)};
}

// "64 KiB", "1 MiB": bounds are round.
std::string SizeText(int64_t bytes) {
  if (bytes % (1 << 20) == 0) return Concat({std::to_string(bytes >> 20), "MiB"});
  if (bytes % (1 << 10) == 0) return Concat({std::to_string(bytes >> 10), "KiB"});
  return Concat({std::to_string(bytes), " bytes"});
}

// Reads to the end of the file, but no more than one buffer beyond `max_bytes`.
absl::StatusOr<std::string> ReadAll(int fd, const std::string& path, int64_t max_bytes) {
  std::string content;
  char buffer[16 << 10];
  while (content.size() <= static_cast<size_t>(max_bytes)) {
    const ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, Concat({"read ", path}));
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
  }
  return absl::OutOfRangeError(Concat({"read ", path, ": larger than ", SizeText(max_bytes)}));
}

}  // namespace

absl::StatusOr<FileStamp> StampOf(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus(errno, Concat({"open ", path}));
  return StampFrom(info);
}

absl::StatusOr<TextFile> ReadTextFile(const std::string& path, int64_t max_bytes) {
  // Not blocking, since opening a pipe would wait for its writer.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", path}));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, Concat({"stat ", path}));
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(Concat({"open ", path, ": not a regular file"}));
  }
  ASSIGN_OR_RETURN(std::string text, ReadAll(fd.get(), path, max_bytes));
  return TextFile{std::move(text), StampFrom(info)};
}

}  // namespace tailrace
