// LogqlLexer cuts the text of LogQL, or of the filters of stages, into tokens with positions.
//
// A number with a unit is a duration (`1h30m`, `250ms`; also d, w, y as in Prometheus) or else a
// size (`42MB`, `10KiB`), as in Loki's lexer. What no token begins with is a kSymbol of one byte,
// for the parser to know or to refuse.
//
// Threads    Not thread-safe.
// Ownership  Refers to the text, which must outlive it.
// Failure    Next: a SyntaxError, of a string that never ends, a number that is none, a name that
//            is too long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tailrace {

enum class FilterNames : uint8_t {
  kLabels,      // [a-zA-Z_][a-zA-Z0-9_]*
  kFieldPaths,  // Segments with dots between them, and one before the first perhaps; a segment is
                // of letters, digits, _, -, @ and bytes beyond ASCII, or anything in backticks.
};

enum class LogqlTokenKind : uint8_t {
  kEnd,
  kName,
  kString,
  kNumber,
  kDuration,
  kBytes,
  kOperator,  // = == != =~ !~ > >= < <=
  kSymbol,
};

struct LogqlToken {
  LogqlTokenKind kind = LogqlTokenKind::kEnd;
  size_t offset = 0;
  size_t length = 0;
  std::string_view text;  // As it is written.
  std::string string;     // What a kString stands for.
  double number = 0;      // Of kNumber; nanoseconds of kDuration; bytes of kBytes.
  // Of kName: its segments, and whether a dot stands before the first.
  std::vector<std::string> segments;
  bool leading_dot = false;

  size_t end() const { return offset + length; }
  bool IsSymbol(char symbol) const {
    return kind == LogqlTokenKind::kSymbol && text.front() == symbol;
  }
  // The word itself in letters of either case, not in backticks.
  bool IsWord(std::string_view lower_case) const;
};

class LogqlLexer {
 public:
  LogqlLexer(std::string_view text, FilterNames names) : text_(text), names_(names) {}

  // The next token, again and again kEnd at the end.
  [[nodiscard]] absl::StatusOr<LogqlToken> Next();
  // What Next reads next. A token that was looked at can be taken back by starting at its offset.
  size_t at() const { return at_; }
  void StartAt(size_t offset) { at_ = offset; }

  // Where a value may stand, backticks hold a string; elsewhere a kFieldPaths name.
  [[nodiscard]] absl::StatusOr<LogqlToken> NextValue();

  FilterNames names() const { return names_; }
  std::string_view text() const { return text_; }

 private:
  void SkipSpace();
  absl::StatusOr<LogqlToken> ReadName();
  absl::StatusOr<LogqlToken> ReadString();
  absl::StatusOr<LogqlToken> ReadQuantity();
  LogqlToken Cut(LogqlTokenKind kind, size_t length);

  const std::string_view text_;
  const FilterNames names_;
  size_t at_ = 0;
};

}  // namespace tailrace
