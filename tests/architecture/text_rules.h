// Rules over what stands in the files: contracts, names, things that this project does not use.
//
// Threads    Any; pure functions of the tree.
#pragma once

#include <vector>

#include "tests/architecture/house.h"
#include "tests/architecture/source_tree.h"

namespace tailrace {

std::vector<Violation> HeadersWithoutContract(const SourceTree& tree);
std::vector<Violation> ForeignNamespaces(const SourceTree& tree);
// util, common, helpers, manager, misc: in paths and in names of classes.
std::vector<Violation> EmptyNames(const SourceTree& tree);
std::vector<Violation> StrangersAtTheTop(const SourceTree& tree);
// thread_local anywhere; sleeps in the product.
std::vector<Violation> ForbiddenCode(const SourceTree& tree);
std::vector<Violation> BareTodos(const SourceTree& tree);
// file(GLOB) in CMake.
std::vector<Violation> GlobbedFiles(const SourceTree& tree);

}  // namespace tailrace
