// A LinePattern takes named captures out of a text by a regular expression.
//
// Threads    Immutable; any number of threads may match at once.
// Ownership  Copies share what was compiled. Captures are views of the text that was matched.
// Bounds     250 captures; 8 MiB for RE2's program and automata.
// Failure    Compile: kInvalidArgument, of ParseRegex, or what RE2 says of the whole.
// Cost       Linear in the text: about 300 ns a line, with over 4 captures 1,500 ns.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/pattern/regex_parser.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

class LinePattern {
 public:
  static constexpr size_t kMaxCaptures = 250;

  [[nodiscard]] static absl::StatusOr<LinePattern> Compile(std::string_view pattern,
                                                           const RegexParseOptions& options = {});

  // Finds the leftmost match, and of several there the one that Perl takes. Fills in the first
  // `captures.size()` captures; one that takes no part gets a null view.
  // REQUIRES: captures.size() <= kMaxCaptures.
  bool Match(std::string_view text, std::span<std::string_view> captures) const;

  // In the order of their numbers. Names may be empty or come twice.
  const std::vector<RegexCapture>& captures() const;

 private:
  struct Compiled;
  explicit LinePattern(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tailrace
