// Regex is a compiled regular expression in RE2's syntax (that of Go, hence of LogQL and PromQL).
// It runs in time linear in the text, whatever the pattern.
//
// Threads    Immutable; any number of threads may match at once.
// Ownership  Copies share the compiled program, which is immutable, so that all workers use one.
// Bounds     1 MiB of memory for the program and its automata together; a pattern that needs more
//            is refused. When the automata outgrow it while matching, they are built anew.
// Failure    Compile: kInvalidArgument, with what is wrong and at which byte of the pattern.
// Cost       About 1 ns a byte. RE2 takes a lock of its own around its automata: match per stream
//            or batch, and take a scanner for what runs per event.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace re2 {
class RE2;
}

namespace tailrace {

struct RegexOptions {
  // "." matches "\n" as well, as in label matchers.
  bool dot_matches_newline = false;
};

class Regex {
 public:
  static constexpr size_t kMaxPatternBytes = 64 << 10;

  [[nodiscard]] static absl::StatusOr<Regex> Compile(std::string_view pattern,
                                                     RegexOptions options = {});

  // The whole text matches.
  bool FullMatch(std::string_view text) const;
  // Some part of the text matches.
  bool PartialMatch(std::string_view text) const;

  const std::string& pattern() const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled);

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace tailrace
