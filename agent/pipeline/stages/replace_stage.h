// `replace` gives every match of a regular expression in a text another text, in which \1 to \9 are
// what the groups hold and \0 the whole match. Values that are no texts stay as they are.
//
// Threads    See StageMaker.
// Bounds     kReplacedBytesMax.
// Failure    What would grow beyond kReplacedBytesMax stays as it is; counted.
// Cost       That of RE2: about 100 ns and 1 ns a byte where nothing matches, 300 ns a match.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pattern/regex.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

inline constexpr size_t kReplacedBytesMax = 8 << 20;

struct ReplaceOptions {
  std::vector<FieldPath> fields;
  Regex regex;
  std::string with;  // Regex::CheckRewrite accepts it.
};

StageMaker ReplaceStage(ReplaceOptions options);

}  // namespace tailrace
