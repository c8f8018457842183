// Rules over #include lines: what may know what.
//
// Threads    Any; pure functions of the tree.
#pragma once

#include <string>
#include <vector>

#include "tests/architecture/house.h"
#include "tests/architecture/source_tree.h"

namespace tailrace {

struct Include {
  std::string header;
  size_t line = 0;
};

// The #include lines of `file` that are code, not comments.
std::vector<Include> IncludesOf(const SourceFile& file);

std::vector<Violation> IncludesToHigherFloors(const SourceTree& tree);
std::vector<Violation> LibrariesOutsideTheirOwners(const SourceTree& tree);

}  // namespace tailrace
