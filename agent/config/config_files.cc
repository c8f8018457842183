#include "agent/config/config_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr size_t kMaxFiles = 100;

bool IsConfigName(const std::string& name) {
  return !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"));
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

std::string ConfigFolder(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return path;
  return FolderOf(path);
}

std::string FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<size_t>(slash, 1)));
}

}  // namespace tailrace
