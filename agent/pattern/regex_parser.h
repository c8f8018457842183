// ParseRegex takes a regular expression apart: of RE2's syntax, or of Oniguruma's as grok libraries
// have it, with `%{NAME:field:type}` where named patterns are given.
//
// What engines of linear time cannot do is refused by name and place: look-around, back-references,
// calls of groups, conditions, absent groups. Rewritten are `(?<n>...)` and `(?'n'...)` to
// `(?P<n>...)`, and atomic groups `(?>...)` and possessive repetitions (`*+`, `++`, `?+`) to plain
// ones: those may match where the original, which never gives back, would not.
//
// A group may be named after a field, `(?<[a][b]>...)`, which is `a.b`. Groups without a name are
// not kept.
//
// Where Oniguruma knows Unicode, `\w`, `\d`, `\s`, `[[:alpha:]]` and `(?i)` know ASCII here.
//
// Threads  Any.
// Bounds   200 levels of groups and named patterns, 50,000 nodes with each named pattern counted
//          where it is used, repetitions up to 1,000.
// Failure  kInvalidArgument: "bad regular expression: WHAT at byte N", within a named pattern
//          "... at byte N of %{NAME} at byte M". A pattern that refers to itself is refused.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "agent/pattern/regex_escape.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

// The body of a named pattern, which must live as long as the parse; nullptr when there is none.
using FindNamedPattern = std::function<const std::string*(std::string_view name)>;

struct RegexParseOptions {
  RegexFlavour flavour = RegexFlavour::kRe2;
  FindNamedPattern find_pattern;  // Without it, "%{" is text.
};

[[nodiscard]] absl::StatusOr<RegexTree> ParseRegex(std::string_view pattern,
                                                   const RegexParseOptions& options);

}  // namespace tailrace
