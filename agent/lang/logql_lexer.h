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

// A segment of a name as it may stand without backticks, behind a dot and at the start.
bool IsPlainSegment(std::string_view segment);
bool IsPlainName(std::string_view segment);
// `text` is the word `lower_case` in letters of either case.
bool IsWord(std::string_view text, std::string_view lower_case);

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
  bool IsWord(std::string_view lower_case) const {
    return kind == LogqlTokenKind::kName && tailrace::IsWord(text, lower_case);
  }
};

class LogqlLexer {
 public:
  LogqlLexer(std::string_view text, FilterNames names) : text_(text), names_(names) {}

  // The next token, again and again kEnd at the end.
  [[nodiscard]] absl::StatusOr<LogqlToken> Next();
  // Where Next reads on. A token that was looked at is taken back by starting at its offset.
  size_t at() const { return at_; }
  void StartAt(size_t offset) { at_ = offset; }

  // The next token where a value is expected: there backticks hold a string and not a name, and a
  // sign belongs to the number behind it.
  [[nodiscard]] absl::StatusOr<LogqlToken> NextValue();

  FilterNames names() const { return names_; }
  std::string_view text() const { return text_; }

 private:
  void SkipSpace();
  bool StartsName() const;
  absl::StatusOr<LogqlToken> ReadName();
  absl::Status ReadSegment(LogqlToken& token);
  absl::StatusOr<LogqlToken> ReadString();
  absl::StatusOr<LogqlToken> ReadQuantity();
  LogqlToken ReadSymbol();
  // The token of the next `length` bytes.
  LogqlToken Take(LogqlTokenKind kind, size_t length);
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  const std::string_view text_;
  const FilterNames names_;
  size_t at_ = 0;
};

}  // namespace tailrace
