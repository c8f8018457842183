// A Finding is a secret in a text: where it stands and which rule found it.
//
// Threads    A plain value.
// Units      Offsets are bytes of the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/redact/detector.h"

namespace tailrace {

// A Detector's number, or kDetectorCount and on for the patterns of the user.
using RuleIndex = uint16_t;

struct Finding {
  size_t begin = 0;
  size_t end = 0;
  RuleIndex rule = 0;

  Finding() = default;
  Finding(size_t begin_offset, size_t end_offset, Detector detector)
      : begin(begin_offset), end(end_offset), rule(static_cast<RuleIndex>(detector)) {}
  Finding(size_t begin_offset, size_t end_offset, RuleIndex rule_index)
      : begin(begin_offset), end(end_offset), rule(rule_index) {}
};

using Findings = std::vector<Finding>;

// What the detectors look at: a text, and the name of the field that it is the value of, "" where
// there is none. "4155550100" is a telephone number because of its name alone.
struct NamedText {
  std::string_view text;
  std::string_view name;
};

}  // namespace tailrace
