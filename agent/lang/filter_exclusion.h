// What the text of a filter alone shows about its answer, for warnings of stages that can never
// match or that take everything.
//
// Looked at are comparisons of one name that must hold together: two texts that it cannot both be,
// a text that another comparison refuses, ranges of numbers that do not meet, a comparison and its
// negation. Comparisons of different names are independent.
//
// Threads    Any; pure functions of the tree.
// Cost       Quadratic in the comparisons, of which a filter has at most 256.
#pragma once

#include "agent/lang/filter.h"

namespace tailrace {

// False may also mean "cannot tell".
bool ExcludesAll(const FilterNode& node);  // No record matches.
bool AdmitsAll(const FilterNode& node);    // Every record does.

}  // namespace tailrace
