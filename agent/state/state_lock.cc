#include "agent/state/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/state/state_dir.h"

namespace tailrace {
namespace {

// The digits in the lock file, or "unknown": its holder may not have written them yet.
std::string HolderOf(int fd) {
  char text[16];
  const ssize_t size = pread(fd, text, sizeof(text), 0);
  std::string digits;
  for (ssize_t i = 0; i < size && std::isdigit(static_cast<unsigned char>(text[i])) != 0; ++i) {
    digits += text[i];
  }
  return digits.empty() ? "unknown" : digits;
}

absl::Status WritePid(int fd, const std::string& path) {
  const std::string text = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0 ||
      pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return ErrnoStatus(errno, Concat({"write ", path}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StateLock> StateLock::Acquire(const std::string& dir) {
  RETURN_IF_ERROR(MakeStateDir(dir));
  const std::string path = dir + "/lock";
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", path}));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus(errno, Concat({"flock ", path}));
    return absl::UnavailableError(ToAbsl(
        Concat({"the state directory ", dir, " is in use by process ", HolderOf(fd.get())})));
  }
  // The lock holds without it; a full disk is no reason not to start.
  if (const absl::Status written = WritePid(fd.get(), path); !written.ok()) {
    LogWarn("the lock file does not name this process", {{"error", written.ToString()}});
  }
  return StateLock(std::move(fd));
}

}  // namespace tailrace
