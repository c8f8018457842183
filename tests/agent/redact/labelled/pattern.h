// Expands the patterns of the labelled set: a name between backticks is replaced by a value of the
// maker of that name, and the value gets its label. A value may hold further names.
//
//   login of `email` from `ipv4`
//
// Bounds     Values within values end after 8 levels.
// Failure    Aborts on a name that no maker has.
#pragma once

#include <string_view>

#include "tests/agent/redact/labelled/dice.h"
#include "tests/agent/redact/labelled/labelled_line.h"

namespace tailrace {

// Appends to `line`.
void Expand(std::string_view pattern, Dice& dice, LabelledLine& line);

}  // namespace tailrace
