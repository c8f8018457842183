// FilterParser reads the grammar of filter.h from a lexer.
//
// Threads    Not thread-safe; one a parse.
// Bounds     256 comparisons, 64 levels of brackets and `not`.
// Failure    A SyntaxError.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"

#include "agent/lang/filter.h"
#include "agent/lang/logql_lexer.h"

namespace tailrace {

class FilterParser {
 public:
  static constexpr size_t kComparisonsMax = 256;
  static constexpr size_t kLevelsMax = 64;

  explicit FilterParser(LogqlLexer& lexer) : lexer_(lexer) {}

  // The filter that begins at the lexer's next token. The lexer then stands before the first token
  // that is not part of it.
  [[nodiscard]] absl::StatusOr<FilterNode> Parse();

 private:
  // Where a term or what joins two may follow; the powers are how closely it binds what is left
  // and right of it.
  struct Join {
    FilterNodeKind kind = FilterNodeKind::kAnd;
    int left_power = 0;
    int right_power = 0;
    bool is_token = false;  // Else it is the nothing between two terms.
  };

  absl::StatusOr<FilterNode> ParseJoined(int least_power);
  absl::StatusOr<FilterNode> ParseTerm();
  absl::StatusOr<FilterNode> ParseBracketed();
  absl::StatusOr<FilterNode> ParseNot();
  absl::StatusOr<FilterNode> ParseComparison();
  absl::Status ParseValue(FilterNode& node);
  absl::Status ParseAddresses(const LogqlToken& ip, FilterNode& node);
  absl::Status ReadOperator(FilterNode& node);

  bool FindJoin(Join& join) const;
  bool AtTerm() const;
  absl::StatusOr<bool> AtNot();
  absl::Status Advance();
  absl::Status Enter();
  absl::Status Expected(std::string_view what) const;
  bool with_field_paths() const { return lexer_.names() == FilterNames::kFieldPaths; }

  LogqlLexer& lexer_;
  LogqlToken token_;  // The next one, not taken yet.
  size_t end_ = 0;    // Of the last one that was taken.
  size_t comparisons_ = 0;
  size_t levels_ = 0;
};

}  // namespace tailrace
