// A LabelledLine is a line of a log together with the truth about it: which bytes a detector must
// find, and that it may find nothing else.
//
// Units      Offsets are bytes of `text`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

struct Label {
  std::string_view detector;
  size_t begin = 0;
  size_t end = 0;
};

struct LabelledLine {
  std::string text;
  std::vector<Label> labels;  // Those of different detectors may overlap.
  std::string_view pattern;   // What the line was made from.
};

}  // namespace tailrace
