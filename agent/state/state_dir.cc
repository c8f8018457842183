#include "agent/state/state_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

constexpr std::string_view kStoreName = "checkpoints.db";
constexpr std::string_view kAsideInfix = ".corrupt-";
constexpr std::string_view kCompanions[] = {"", "-wal", "-shm", "-journal"};

std::string MarkPath(const std::string& dir) { return dir + "/used"; }

bool Exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

absl::Status SyncDirectory(const std::string& dir) {
  const UniqueFd fd(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", dir}));
  if (fsync(fd.get()) != 0) return ErrnoStatus(errno, Concat({"fsync ", dir}));
  return absl::OkStatus();
}

std::string UtcStamp(int64_t wall_nanos) {
  const time_t seconds = wall_nanos / 1'000'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const size_t length = strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &parts);
  return std::string(text, length);
}

// The stamp in `name` when it is a store that was set aside, or a companion of one; else "".
std::string_view StampOf(std::string_view name) {
  if (name.substr(0, kStoreName.size()) != kStoreName) return {};
  name.remove_prefix(kStoreName.size());
  if (name.substr(0, kAsideInfix.size()) != kAsideInfix) return {};
  name.remove_prefix(kAsideInfix.size());
  return name.substr(0, name.find('-'));
}

void RemoveOldStoresAside(const std::string& dir) {
  std::set<std::string> stamps;  // In order of time, by their form.
  std::error_code error;
  for (std::filesystem::directory_iterator entry(dir, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const std::string_view stamp = StampOf(name); !stamp.empty()) stamps.emplace(stamp);
  }
  for (auto stamp = stamps.begin(); std::distance(stamp, stamps.end()) > kStoresAsideMax; ++stamp) {
    for (const std::string_view companion : kCompanions) {
      // What cannot be removed is found again the next time.
      std::filesystem::remove_all(Concat({dir, "/", kStoreName, kAsideInfix, *stamp, companion}),
                                  error);
    }
  }
}

}  // namespace

absl::Status MakeStateDir(const std::string& dir) {
  if (dir.empty()) return absl::InvalidArgumentError("the state directory has no name");
  for (size_t end = dir.find('/', 1);; end = dir.find('/', end + 1)) {
    const std::string part = dir.substr(0, end);
    if (mkdir(part.c_str(), 0700) != 0) {
      // A parent may be there without the right to make it (EROFS, EACCES): stat decides.
      const int why = errno;
      struct stat found {};
      if (stat(part.c_str(), &found) != 0) return ErrnoStatus(why, Concat({"mkdir ", part}));
      if (!S_ISDIR(found.st_mode)) return ErrnoStatus(ENOTDIR, Concat({"mkdir ", part}));
    } else {
      const std::string parent = std::filesystem::path(part).parent_path().string();
      RETURN_IF_ERROR(SyncDirectory(parent.empty() ? "." : parent));
    }
    if (end == std::string::npos) return absl::OkStatus();
  }
}

bool IsFirstUse(const std::string& dir) {
  return !Exists(MarkPath(dir)) && !Exists(StorePath(dir));
}

absl::Status MarkUsed(const std::string& dir) {
  const std::string path = MarkPath(dir);
  if (Exists(path)) return absl::OkStatus();
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", path}));
  if (fsync(fd.get()) != 0) return ErrnoStatus(errno, Concat({"fsync ", path}));
  return SyncDirectory(dir);
}

std::string StorePath(const std::string& dir) { return Concat({dir, "/", kStoreName}); }

absl::Status SetStoreAside(const std::string& dir, int64_t wall_nanos) {
  const std::string store = StorePath(dir);
  const std::string aside = Concat({store, kAsideInfix, UtcStamp(wall_nanos)});
  for (const std::string_view companion : kCompanions) {
    const std::string from = Concat({store, companion});
    const std::string to = Concat({aside, companion});
    // Of two in one second the later one stays, and nothing of the earlier beside it.
    std::error_code error;
    std::filesystem::remove_all(to, error);
    if (rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
      return ErrnoStatus(errno, Concat({"rename ", from}));
    }
  }
  RETURN_IF_ERROR(SyncDirectory(dir));
  RemoveOldStoresAside(dir);
  return absl::OkStatus();
}

}  // namespace tailrace
