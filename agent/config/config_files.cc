#include "agent/config/config_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"
#include "agent/config/units.h"

namespace tailrace {
namespace {

constexpr size_t kMaxFiles = 100;

bool IsConfigName(const std::string& name) {
  return !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"));
}

// Reads to the end of the file, but no more than one byte beyond `max_bytes`.
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
  return absl::OutOfRangeError(Concat({"read ", path, ": larger than ", FormatBytes(max_bytes)}));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindConfigFiles(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus(errno, Concat({"open ", path}));
  if (!S_ISDIR(info.st_mode)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (IsConfigName(name)) files.push_back(Concat({path, path.ends_with('/') ? "" : "/", name}));
  }
  if (error) return ErrnoStatus(error.value(), Concat({"list ", path}));
  if (files.empty()) {
    return absl::NotFoundError(Concat({"no *.yaml or *.yml file in the folder ", path}));
  }
  if (files.size() > kMaxFiles) {
    return absl::OutOfRangeError(Concat({"more than 100 config files in the folder ", path}));
  }
  std::sort(files.begin(), files.end());
  return files;
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path, int64_t max_bytes) {
  // Not blocking, since opening a pipe would wait for its writer.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return ErrnoStatus(errno, Concat({"open ", path}));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, Concat({"stat ", path}));
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(Concat({"open ", path, ": not a regular file"}));
  }
  return ReadAll(fd.get(), path, max_bytes);
}

std::string FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<size_t>(slash, 1)));
}

}  // namespace tailrace
