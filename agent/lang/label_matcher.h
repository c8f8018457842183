// The grammar of LogQL's stream selectors, as text that was read but not compiled:
//
//   selector = "{" [ matcher { "," matcher } ] "}"
//   matcher  = label ( "=" | "!=" | "=~" | "!~" ) string
//
// White space and # comments may stand between the tokens.
//
// Threads    Any.
// Bounds     64 KiB of text, 64 matchers.
// Failure    A SyntaxError that says what was expected and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tailrace {

enum class MatchOp : uint8_t { kEqual, kNotEqual, kMatches, kNotMatches };

struct LabelMatcher {
  std::string label;
  MatchOp op = MatchOp::kEqual;
  std::string value;  // The text, or the regular expression of kMatches and kNotMatches.
  size_t label_offset = 0;
  size_t value_offset = 0;

  bool is_regex() const { return op == MatchOp::kMatches || op == MatchOp::kNotMatches; }
};

[[nodiscard]] absl::StatusOr<std::vector<LabelMatcher>> ParseMatchers(std::string_view text);

// A label name: [a-zA-Z_][a-zA-Z0-9_]*.
bool IsLabelName(std::string_view name);

}  // namespace tailrace
