// Rules over lengths and depths.
//
// Threads    Any; pure functions of the tree.
// Units      Lines as an editor counts them.
#pragma once

#include <string>
#include <vector>

#include "tests/architecture/house.h"
#include "tests/architecture/source_tree.h"

namespace tailrace {

inline constexpr size_t kHeaderLinesMax = 250;
inline constexpr size_t kSourceLinesMax = 400;
inline constexpr size_t kFunctionLinesMax = 60;
inline constexpr size_t kNestingMax = 4;

std::vector<Violation> OversizedCode(const SourceTree& tree);

// The longest of each kind, a line each, for people to see where the tree stands.
std::vector<std::string> LongestOfEachKind(const SourceTree& tree);

}  // namespace tailrace
