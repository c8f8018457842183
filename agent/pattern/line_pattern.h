// A LinePattern takes named captures out of a text by a regular expression. Patterns of delimited
// shape, which are most that logs need, run as a Scanner; the rest, and texts on which the scanner
// would have to try too much, run on RE2. Both give the same answer.
//
// Threads    Immutable; any number of threads may match at once.
// Ownership  Copies share what was compiled. Captures are views of the text that was matched.
// Bounds     250 captures; 8 MiB for RE2's program and automata.
// Failure    Compile: kInvalidArgument, of ParseRegex, or what RE2 says of the whole.
// Cost       Linear in the text. Scanner: a few ns a capture. RE2: about 300 ns a line, with over 4
//            captures 1,500 ns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/pattern/regex_parser.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

enum class PatternEngine : uint8_t { kScanner, kRe2 };

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

  PatternEngine engine() const;
  // Why no scanner was built; empty when one was.
  std::string_view why_re2() const;
  // The same without its scanner, to compare the two.
  LinePattern OnRe2() const;

 private:
  struct Compiled;
  explicit LinePattern(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tailrace
