// Diagnostics collects everything that is wrong with a config, so that all of it is shown at once:
//
//   tailrace.yaml:7:5: error: unknown key "includ"; did you mean "include"?
//       includ: [/var/log/nginx/access.log*]
//       ^
//
// An error forbids the config; a warning says that it probably does not do what is meant; a hint
// says what would be better.
//
// Threads    Not thread-safe; owned by who loads the config.
// Ownership  Copies what it needs of the source when a diagnostic is added: no Place is kept.
// Bounds     Keeps the first `kMaxKept` and counts the rest. A quoted line is cut around its caret.
// Ordering   Rendered by file, line and column; without a place first.
// Failure    Secrets in a quoted line are shown as "***".
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "agent/yaml/source_text.h"

namespace tailrace {

enum class Severity : uint8_t { kError, kWarning, kHint };

class Diagnostics {
 public:
  static constexpr size_t kMaxKept = 100;

  // The message is the pieces one after the other. REQUIRES: the place has a source.
  void Error(Place place, std::initializer_list<std::string_view> message);
  void Warning(Place place, std::initializer_list<std::string_view> message);
  void Hint(Place place, std::initializer_list<std::string_view> message);
  // About `file` as a whole.
  void ErrorInFile(std::string_view file, std::initializer_list<std::string_view> message);
  void HintInFile(std::string_view file, std::initializer_list<std::string_view> message);

  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }

  // Every diagnostic, each on lines of its own; empty when there is none.
  std::string Render() const;

 private:
  struct Diagnostic {
    Severity severity;
    std::string file;
    Mark mark;
    bool placed;
    std::string message;
    std::string excerpt;  // The line and the caret line, each ended by "\n".
  };

  // False when no more are kept.
  bool Count(Severity severity);
  void AddInFile(Severity severity, std::string_view file,
                 std::initializer_list<std::string_view> message);
  void AddAt(Severity severity, Place place, std::initializer_list<std::string_view> message);

  std::vector<Diagnostic> kept_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  size_t left_out_ = 0;
};

// `; did you mean "x"?` for the name in `known` that is nearest to `name`, or else
// `; known: a, b, c` when there are few names, or else "".
std::string SuggestName(std::string_view name, const std::vector<std::string_view>& known);

// Text from a config as a message may quote it: in double quotes, control bytes escaped, cut at 80
// bytes.
std::string Quoted(std::string_view text);

}  // namespace tailrace
