// MultilineRules say which lines belong to one event: stack traces of languages that we know, and
// what a user's own patterns say.
//
//   languages   java, python, go, ruby, node, php, csharp, dart, rust; all
//   start       a line that matches begins an event
//   continue    a line that matches belongs to the open event
//   end         a line that matches belongs to the open event and is its last
//
// A line that none of the patterns matches
//   with an open event   belongs to it, unless there is a `continue`: then it closes the event
//   without              stands alone where there is a `start`, else it begins an event
//
// Languages beside patterns are asked where the patterns leave a line alone; so they need a
// `start`.
//
// Threads    Immutable; any. A stream's own state is a MultilineState.
// Ownership  Copies share the compiled patterns.
// Failure    Compile: kInvalidArgument, with what is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/pattern/regex.h"

namespace tailrace {

// Bits of a set.
using TraceLanguages = uint16_t;
inline constexpr TraceLanguages kTraceJava = 1 << 0;
inline constexpr TraceLanguages kTracePython = 1 << 1;
inline constexpr TraceLanguages kTraceGo = 1 << 2;
inline constexpr TraceLanguages kTraceRuby = 1 << 3;
inline constexpr TraceLanguages kTraceNode = 1 << 4;
inline constexpr TraceLanguages kTracePhp = 1 << 5;
inline constexpr TraceLanguages kTraceCsharp = 1 << 6;
inline constexpr TraceLanguages kTraceDart = 1 << 7;
inline constexpr TraceLanguages kTraceRust = 1 << 8;
inline constexpr TraceLanguages kTraceAll = (1 << 9) - 1;

struct MultilineOptions {
  std::vector<std::string> languages = {};
  std::string start_pattern = {};  // Empty patterns are none.
  std::string continue_pattern = {};
  std::string end_pattern = {};
};

class MultilineRules {
 public:
  [[nodiscard]] static absl::StatusOr<MultilineRules> Compile(const MultilineOptions& options);

  TraceLanguages languages() const { return languages_; }
  bool has_patterns() const { return start_ || continue_ || end_; }
  const std::optional<Regex>& start() const { return start_; }
  const std::optional<Regex>& continuation() const { return continue_; }
  const std::optional<Regex>& end() const { return end_; }

 private:
  MultilineRules() = default;

  TraceLanguages languages_ = 0;
  std::optional<Regex> start_, continue_, end_;
};

}  // namespace tailrace
