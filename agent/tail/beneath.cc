#include "agent/tail/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <optional>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

// O_NONBLOCK: a FIFO without a writer must not hold the reader up.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
constexpr int kDirectoryFlags = O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW;
constexpr int kAttemptsMax = 4;  // openat2 says EAGAIN while somebody renames beneath the root.

// The part of `path` below `root`, or nullopt. Components ".." and "." are refused: they are how
// a name says something else than it seems to.
std::optional<std::string> Relative(std::string_view root, std::string_view path) {
  if (root != "/") {
    if (!path.starts_with(root)) return std::nullopt;
    path.remove_prefix(root.size());
  }
  if (path.empty()) return ".";
  if (path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  for (std::string_view rest = path; !rest.empty();) {
    const size_t slash = rest.find('/');
    const std::string_view component = rest.substr(0, slash);
    if (component.empty() || component == "." || component == "..") return std::nullopt;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (path.empty() || path.size() >= PATH_MAX) return std::nullopt;
  return std::string(path);
}

UniqueFd OpenByKernel(int root_fd, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  for (int attempt = 0;; ++attempt) {
    const long fd = syscall(SYS_openat2, root_fd, relative.c_str(), &how, sizeof(how));
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    const bool again = errno == EAGAIN || errno == EINTR;
    if (!again || attempt == kAttemptsMax) return UniqueFd();
  }
}

UniqueFd OpenByComponents(int root_fd, std::string_view relative, int flags) {
  UniqueFd directory(fcntl(root_fd, F_DUPFD_CLOEXEC, 0));
  for (;;) {
    const size_t slash = relative.find('/');
    const std::string component(relative.substr(0, slash));
    if (slash == std::string_view::npos) {
      return UniqueFd(openat(directory.get(), component.c_str(), flags));
    }
    UniqueFd next(
        openat(directory.get(), component.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW));
    if (!next.valid()) {
      const int error_number = errno;
      const std::optional<FileStat> stat = StatName(directory.get(), component.c_str());
      errno = stat.has_value() && stat->link() ? ELOOP : error_number;
      return next;
    }
    directory = std::move(next);
    relative.remove_prefix(slash + 1);
  }
}

OpenRefusal RefusalOf(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return OpenRefusal::kMissing;
    case EXDEV:
      return OpenRefusal::kEscape;
    case ELOOP:
      return OpenRefusal::kLink;
    case EACCES:
    case EPERM:
      return OpenRefusal::kPermission;
    case EMFILE:
    case ENFILE:
      return OpenRefusal::kNoDescriptors;
    case ENXIO:  // A socket, or a FIFO or device without the other end.
    case ENODEV:
      return OpenRefusal::kNotRegular;
    default:
      return OpenRefusal::kOther;
  }
}

OpenedLog Refused(OpenRefusal refusal, int error_number = 0) {
  OpenedLog opened;
  opened.refusal = refusal;
  opened.error_number = error_number;
  return opened;
}

std::string_view Directory(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

}  // namespace

const char* OpenRefusalName(OpenRefusal refusal) {
  static constexpr std::array<const char*, kOpenRefusalCount> kNames = {
      "none", "missing", "escape", "link", "not_regular", "permission", "no_descriptors", "other"};
  return kNames[static_cast<size_t>(refusal)];
}

Beneath::Beneath(std::string root, std::vector<std::string> allow_targets, BeneathMethod method)
    : root_(std::move(root)), allow_targets_(std::move(allow_targets)), method_(method) {}

UniqueFd Beneath::OpenBelow(const std::string& root, std::string_view path, int flags) const {
  const std::optional<std::string> relative = Relative(root, path);
  if (!relative.has_value()) {
    errno = EXDEV;
    return UniqueFd();
  }
  // The root is the operator's word: links in its own path are followed.
  const UniqueFd root_fd(open(root.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY));
  if (!root_fd.valid()) return UniqueFd();
  if (method_ == BeneathMethod::kOpenat2) {
    UniqueFd fd = OpenByKernel(root_fd.get(), *relative, flags);
    // EPERM: a seccomp filter that does not know openat2, as older container runtimes have it.
    if (fd.valid() || (errno != ENOSYS && errno != EPERM)) return fd;
  }
  return OpenByComponents(root_fd.get(), *relative, flags);
}

UniqueFd Beneath::OpenDirectory(std::string_view path) const {
  return OpenBelow(root_, path, kDirectoryFlags);
}

OpenedLog Beneath::OpenRegular(const std::string& root, std::string_view path) const {
  OpenedLog opened;
  opened.fd = OpenBelow(root, path, kFileFlags);
  if (!opened.fd.valid()) return Refused(RefusalOf(errno), errno);
  const std::optional<FileStat> stat = StatHandle(opened.fd.get());
  if (!stat.has_value()) return Refused(OpenRefusal::kOther, errno);
  if (!stat->regular()) return Refused(OpenRefusal::kNotRegular);
  opened.stat = *stat;
  return opened;
}

OpenedLog Beneath::OpenLog(std::string_view path) const {
  OpenedLog opened = OpenRegular(root_, path);
  if (opened.refusal != OpenRefusal::kLink) return opened;
  return FollowLink(path);
}

OpenedLog Beneath::FollowLink(std::string_view path) const {
  // The link is read beneath the root too: a link on the way to it is not followed either.
  const UniqueFd directory = OpenDirectory(Directory(path));
  if (!directory.valid()) return Refused(OpenRefusal::kLink, errno);
  const std::string name(path.substr(path.rfind('/') + 1));
  std::array<char, PATH_MAX> text;
  const ssize_t length = readlinkat(directory.get(), name.c_str(), text.data(), text.size());
  if (length <= 0 || static_cast<size_t>(length) >= text.size()) {
    return Refused(OpenRefusal::kLink, errno);
  }
  std::string target(text.data(), static_cast<size_t>(length));
  if (target.front() != '/') target = Concat({Directory(path), "/", target});
  for (const std::string& allowed : allow_targets_) {
    if (!Relative(allowed, target).has_value()) continue;
    OpenedLog opened = OpenRegular(allowed, target);
    opened.target = std::move(target);
    return opened;
  }
  return Refused(OpenRefusal::kLink);
}

}  // namespace tailrace
