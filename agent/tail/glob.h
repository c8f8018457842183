// Glob is one absolute pattern of paths: `*` and `?` within a component, `[a-z]` and `[!a-z]`,
// `{a,b}`, `\` before a character that stands for itself, and `**` for any number of directories.
// As in a shell, a leading dot must be written: `*` does not match ".hidden".
//
// A walk down a tree carries a GlobState, the set of components that may come next:
//
//   state = glob.Start();                          at glob.root()
//   state = glob.Descend(state, directory_name);   empty: nothing below can match
//   glob.MatchesFile(state, file_name)
//
// Threads    Any; immutable.
// Bounds     kGlobComponentsMax components; kGlobAlternativesMax after braces are expanded.
// Cost       A match is at most name times pattern, for a component of either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tailrace {

inline constexpr size_t kGlobComponentsMax = 63;
inline constexpr size_t kGlobAlternativesMax = 256;

// Bit i: component i may come next.
using GlobState = uint64_t;

class Glob {
 public:
  // The alternatives of a pattern. kInvalidArgument when it is not absolute, has no file name, an
  // open bracket or brace, a "." or ".." component, or is too large.
  static absl::StatusOr<std::vector<Glob>> Parse(std::string_view pattern);

  // `components` below `root`, which is taken as it is.
  static Glob Below(std::string_view root, std::vector<std::string> components);

  // The longest directory without a wildcard: what files are opened beneath.
  const std::string& root() const { return root_; }
  GlobState Start() const { return Close(1); }
  GlobState Descend(GlobState state, std::string_view directory_name) const;
  bool MatchesFile(GlobState state, std::string_view file_name) const;
  bool Matches(std::string_view path) const;

 private:
  Glob() = default;
  // Adds what may follow a `**` that stands for nothing.
  GlobState Close(GlobState state) const;

  std::string root_;
  std::vector<std::string> components_;  // Below root_; the last one names files.
};

// One component against one name.
bool GlobComponentMatches(std::string_view pattern, std::string_view name);

}  // namespace tailrace
