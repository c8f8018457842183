// Regex is a compiled regular expression in RE2's syntax (that of Go, hence of LogQL and PromQL).
// It runs in time linear in the text, whatever the pattern.
//
// Threads    Immutable; any number of threads may match at once.
// Ownership  Copies share the compiled program, which is immutable, so that all workers use one.
// Bounds     1 MiB of memory, unless the options say else, for the program and its automata
//            together; a pattern that needs more is refused. When the automata outgrow it while
//            matching, they are built anew.
// Failure    Compile: kInvalidArgument, with what is wrong and at which byte of the pattern.
// Cost       About 1 ns a byte. RE2 takes a lock of its own around its automata: match per stream
//            or batch, and take a scanner for what runs per event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace re2 {
class RE2;
}

namespace tailrace {

struct RegexOptions {
  static constexpr int64_t kUsualMemoryBytes = 1 << 20;

  // "." matches "\n" as well, as in label matchers.
  bool dot_matches_newline = false;
  // A character is a byte, in the pattern and in the text; else both are UTF-8.
  bool bytes = false;
  int64_t max_memory_bytes = kUsualMemoryBytes;
};

enum class ReplaceResult : uint8_t { kNoMatch, kReplaced, kTooLong };

class Regex {
 public:
  static constexpr size_t kMaxPatternBytes = 64 << 10;
  static constexpr size_t kMaxGroups = 250;

  [[nodiscard]] static absl::StatusOr<Regex> Compile(std::string_view pattern,
                                                     RegexOptions options = {});

  // The whole text matches.
  bool FullMatch(std::string_view text) const;
  // Some part of the text matches.
  bool PartialMatch(std::string_view text) const;

  // Finds the leftmost match of the pattern, of several at one place the one that Perl takes, and
  // what its groups hold: groups[0] is the first. A group that takes no part gets a null view.
  // Extra `groups` are left alone. REQUIRES: at most kMaxGroups.
  bool Capture(std::string_view text, std::span<std::string_view> groups) const;

  // As Capture, from byte `offset` of the text on; what stands before it still counts for "^" and
  // "\b". found[0] is the whole match, found[1] the first group. REQUIRES: at most 2 `found`.
  bool FindFrom(std::string_view text, size_t offset, std::span<std::string_view> found) const;

  // Whether `rewrite` is a text for ReplaceAll: \0 to \9 are groups, of which there must be as
  // many, and \\ is a backslash. kInvalidArgument says what is wrong.
  absl::Status CheckRewrite(std::string_view rewrite) const;
  // Puts into `out` what `text` becomes when each match, from left to right, is replaced. An empty
  // match counts, but not right behind another one. Stops with kTooLong beyond `max_bytes`.
  // REQUIRES: CheckRewrite accepts `rewrite`.
  ReplaceResult ReplaceAll(std::string_view text, std::string_view rewrite, size_t max_bytes,
                           std::string& out) const;

  // Groups that are kept: those in brackets other than `(?:...)`.
  size_t groups() const;
  const std::string& pattern() const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled);

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace tailrace
