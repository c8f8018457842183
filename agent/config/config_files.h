// The files that make up a config.
//
// Threads    Any.
// Bounds     100 files in a folder.
// Failure    A Status that names the path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tailrace {

// `path` itself when it is a file; when it is a folder, its *.yaml and *.yml files in the order of
// their names, without hidden ones. kNotFound when there is none.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> FindConfigFiles(const std::string& path);

// Where what a config refers to is looked for: `path` itself when it is a folder, else the folder
// that holds it.
std::string ConfigFolder(const std::string& path);

// The part of `path` before the last slash: "." when there is none.
std::string FolderOf(std::string_view path);

}  // namespace tailrace
