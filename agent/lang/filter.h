// Filter is a LogQL label filter as a tree with positions, checked but not compiled:
//
//   filter  = or-list;  not | and | or, of which `not` binds closest and `or` loosest
//   term    = name op value | ( "not" | "!" ) term | "(" filter ")"
//   op      = "=" | "==" | "!=" | "=~" | "!~" | ">" | ">=" | "<" | "<="
//   value   = string | number | duration | bytes | "ip" "(" string ")"
//
// A comma, or nothing, between two terms means `and` too, and takes what follows it, to the end or
// to the closing bracket, as its right side: `a="1", b="2" or c="3"` is `a="1" and (b="2" or
// c="3")`, and `a="1" or b="2", c="3"` is `a="1" or (b="2" and c="3")`. This is how Loki's grammar
// (pkg/logql/syntax, labelFilter) is resolved by its parser generator. `#` begins a comment.
//
// FilterNames::kFieldPaths, for the stages of pipelines: a name is a field path (field_path.h) and
// may begin with a dot, `not` exists, and `==` compares strings too. FilterNames::kLabels, for rule
// files: LogQL as it is.
//
// Invariants  kAnd and kOr have at least two children, none of them of the same kind.
// Threads     Immutable once parsed; any.
// Bounds      64 KiB of text, 256 comparisons, 64 levels of brackets and `not`, 64 KiB a regular
//             expression.
// Failure     Parse: a SyntaxError that says what was expected, or what is wrong with a value.
// Units       Offsets and lengths are bytes of the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/lang/field_path.h"
#include "agent/lang/logql_lexer.h"

namespace tailrace {

enum class FilterOp : uint8_t {
  kEqual,
  kNotEqual,
  kMatches,
  kNotMatches,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
};

std::string_view FilterOpText(FilterOp op);

struct FilterName {
  FieldPath path;
  bool own =
      false;  // Written with a leading dot: a field of the record, whatever labels there are.
  size_t offset = 0;
  size_t length = 0;

  // As it is written, with backticks where they are needed.
  std::string ToString() const;
};

enum class FilterValueKind : uint8_t { kString, kNumber, kDuration, kBytes, kIp };

struct FilterValue {
  FilterValueKind kind = FilterValueKind::kString;
  std::string text;   // The string, or what stands in ip().
  double number = 0;  // The number; the duration in nanoseconds; the bytes.
  size_t offset = 0;
  size_t length = 0;
};

enum class FilterNodeKind : uint8_t { kAnd, kOr, kNot, kCompare };

struct FilterNode {
  FilterNodeKind kind = FilterNodeKind::kCompare;
  // Of kCompare.
  FilterName name;
  FilterOp op = FilterOp::kEqual;
  FilterValue value;
  // One of kNot, several of kAnd and kOr.
  std::vector<FilterNode> children;
  // Of all of it; brackets around the whole do not count.
  size_t offset = 0;
  size_t length = 0;
};

class Filter {
 public:
  [[nodiscard]] static absl::StatusOr<Filter> Parse(std::string_view text,
                                                    FilterNames names = FilterNames::kFieldPaths);
  // Reads the filter that begins at the lexer's next token and stops before the first token that
  // cannot be part of it, such as the `|` of the query that it stands in.
  [[nodiscard]] static absl::StatusOr<Filter> ParseFrom(LogqlLexer& lexer);

  const FilterNode& root() const { return root_; }
  // Canonical: `and` for commas, brackets only where they are needed. Parses back to the same tree.
  std::string ToString() const { return FilterText(root_); }
  static std::string FilterText(const FilterNode& node);

  // Every comparison, from left to right.
  std::vector<const FilterNode*> comparisons() const;

  // No record can match, or every record does, as far as the text shows it: comparisons of one name
  // that exclude each other. False may also mean "cannot tell".
  bool IsNeverTrue() const;
  bool IsAlwaysTrue() const;

 private:
  explicit Filter(FilterNode root) : root_(std::move(root)) {}

  FilterNode root_;
};

}  // namespace tailrace
