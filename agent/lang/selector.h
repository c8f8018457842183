// Selector decides by a stream's labels whether the stream is meant, with the semantics of Loki's
// stream selectors: all matchers must hold, regular expressions match the whole value, and a label
// that the stream does not have is the empty string. Unlike Loki it accepts selectors that match
// everything; a default-constructed one does.
//
// Threads    Immutable; any.
// Ownership  Copies share the compiled regular expressions.
// Failure    Parse and Compile: a SyntaxError.
// Cost       For each matcher one look-up, and a regex match where there is one. Per stream, not
//            per event.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/lang/label_matcher.h"
#include "agent/lang/name_scope.h"
#include "agent/pattern/regex.h"

namespace tailrace {

class Selector {
 public:
  Selector() = default;

  [[nodiscard]] static absl::StatusOr<Selector> Parse(std::string_view text);
  [[nodiscard]] static absl::StatusOr<Selector> Compile(std::vector<LabelMatcher> matchers);

  bool Matches(LabelLookup lookup) const;

  bool matches_everything() const { return terms_.empty(); }
  // Every stream that this one matches is matched by `other` too, as far as the text of the
  // matchers shows it: false may also mean "cannot tell".
  bool IsWithin(const Selector& other) const;

  // The same matchers in the same order.
  friend bool operator==(const Selector& a, const Selector& b) {
    return a.ToString() == b.ToString();
  }

  std::vector<LabelMatcher> matchers() const;
  // In LogQL: {namespace="shop",pod=~"api-.*"}.
  std::string ToString() const;

 private:
  struct Term {
    LabelMatcher matcher;
    std::optional<Regex> regex;
  };

  std::vector<Term> terms_;
};

}  // namespace tailrace
