// PrintRegex spells a RegexTree in RE2's syntax.
//
// Invariants  Every capture becomes a group without a name; the capture number n is RE2's group
//             n + 1. A tree that is not `unicode` is to be compiled for Latin-1, so that a
//             character is a byte; its text is ASCII then.
// Threads     Any.
#pragma once

#include <string>

#include "agent/pattern/regex_tree.h"

namespace tailrace {

std::string PrintRegex(const RegexTree& tree);

}  // namespace tailrace
