// Lowers a regular expression to a ScanProgram, where that surely means the same.
//
// Lowered are sequences, alternatives, captures and repetitions over bytes. Where a repeated set
// of bytes and what may follow have no byte in common, which is what delimited fields look like,
// nothing is ever tried twice.
//
// Threads  Any.
// Bounds   2,000 operations, 1,000 choices of up to 32 ways, 200 classes of bytes.
#pragma once

#include <optional>
#include <string>

#include "agent/pattern/regex_tree.h"
#include "agent/pattern/scan_program.h"

namespace tailrace {

struct LoweredRegex {
  std::optional<ScanProgram> program;
  std::string why_not;  // When there is none.
};

LoweredRegex LowerRegex(const RegexTree& tree);

}  // namespace tailrace
