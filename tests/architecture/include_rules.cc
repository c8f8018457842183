#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <string_view>

namespace tailrace {
namespace {

bool IsOurs(const SourceTree& tree, const std::string& header) {
  return std::binary_search(tree.paths.begin(), tree.paths.end(), header);
}

// A path that looks like ours, so that a file that is missing is no "unknown library".
bool LooksLikeOurs(std::string_view header) {
  return FolderOf(header) != nullptr || header.starts_with("agent/");
}

bool MayInclude(const SourceFile& file, const HouseLibrary& library) {
  if (file.path.starts_with("bench/")) return true;
  return std::any_of(library.owners.begin(), library.owners.end(), [&](std::string_view owner) {
    const std::string folder = std::string(owner) + "/";
    return owner == "*" || file.path.starts_with(folder) ||
           file.path.starts_with("tests/" + folder);
  });
}

std::string OwnersOf(const HouseLibrary& library) {
  if (library.owners.empty())
    return "nobody (tests/architecture/house.cc says why and what to use)";
  std::string names;
  for (std::string_view owner : library.owners) {
    if (!names.empty()) names += " and ";
    names += owner;
  }
  return names;
}

}  // namespace

std::vector<Include> IncludesOf(const SourceFile& file) {
  std::vector<Include> includes;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const size_t hash = file.blanked[i].find_first_not_of(" \t");
    if (hash == std::string::npos || file.blanked[i][hash] != '#') continue;
    const size_t word = file.blanked[i].find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || file.blanked[i].compare(word, 7, "include") != 0) continue;
    const size_t open = file.lines[i].find_first_of("\"<", word);
    const size_t close = file.lines[i].find_first_of("\">", open + 1);
    if (open == std::string::npos || close == std::string::npos) continue;
    includes.push_back({file.lines[i].substr(open + 1, close - open - 1), i + 1});
  }
  return includes;
}

std::vector<Violation> IncludesToHigherFloors(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    const HouseFolder* from = FolderOf(file.path);
    if (from == nullptr) {
      violations.push_back({file.path, 0,
                            "lies in no folder of the table: move it, or add its "
                            "folder to kFolders in tests/architecture/house.cc"});
      continue;
    }
    for (const Include& include : IncludesOf(file)) {
      if (!LooksLikeOurs(include.header)) continue;
      const HouseFolder* to = FolderOf(include.header);
      if (to == nullptr || !IsOurs(tree, include.header)) {
        violations.push_back({file.path, include.line, include.header + " is no file of ours"});
      } else if (to != from && to->floor >= from->floor) {
        violations.push_back({file.path, include.line,
                              include.header + ": " + std::string(from->folder) + " (floor " +
                                  std::to_string(from->floor) + ") may not know " +
                                  std::string(to->folder) + " (floor " + std::to_string(to->floor) +
                                  "): pass what it needs in from above, or move the type down"});
      }
    }
  }
  return violations;
}

std::vector<Violation> LibrariesOutsideTheirOwners(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    for (const Include& include : IncludesOf(file)) {
      if (LooksLikeOurs(include.header)) continue;
      if (const HouseLibrary* library = LibraryOf(include.header); library != nullptr) {
        if (!MayInclude(file, *library)) {
          violations.push_back({file.path, include.line,
                                include.header + " belongs to " + OwnersOf(*library) +
                                    ": use that folder's own headers"});
        }
      } else if (!IsSystemHeader(include.header) && !file.path.starts_with("bench/")) {
        violations.push_back({file.path, include.line,
                              include.header +
                                  " is not known: include our own from the root, name a library's "
                                  "owner in kLibraries of tests/architecture/house.cc"});
      }
    }
  }
  return violations;
}

}  // namespace tailrace
