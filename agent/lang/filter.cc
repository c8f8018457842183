#include "agent/lang/filter.h"

#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/filter_exclusion.h"
#include "agent/lang/filter_parser.h"
#include "agent/lang/quantity.h"
#include "agent/lang/quoted_string.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;

std::string ValueText(const FilterValue& value) {
  switch (value.kind) {
    case FilterValueKind::kString:
      return QuoteString(value.text);
    case FilterValueKind::kNumber:
      return NumberText(value.number);
    case FilterValueKind::kDuration:
      return DurationText(value.number);
    case FilterValueKind::kBytes:
      return BytesText(value.number);
    case FilterValueKind::kIp:
      break;
  }
  return Concat({"ip(", QuoteString(value.text), ")"});
}

std::string JoinedText(const FilterNode& node) {
  const bool all = node.kind == FilterNodeKind::kAnd;
  std::string text;
  for (const FilterNode& child : node.children) {
    if (!text.empty()) text += all ? " and " : " or ";
    const bool brackets = all && child.kind == FilterNodeKind::kOr;
    text += brackets ? Concat({"(", Filter::FilterText(child), ")"}) : Filter::FilterText(child);
  }
  return text;
}

void CollectComparisons(const FilterNode& node, std::vector<const FilterNode*>& comparisons) {
  if (node.kind == FilterNodeKind::kCompare) comparisons.push_back(&node);
  for (const FilterNode& child : node.children) CollectComparisons(child, comparisons);
}

}  // namespace

std::string_view FilterOpText(FilterOp op) {
  switch (op) {
    case FilterOp::kEqual:
      return "=";
    case FilterOp::kNotEqual:
      return "!=";
    case FilterOp::kMatches:
      return "=~";
    case FilterOp::kNotMatches:
      return "!~";
    case FilterOp::kGreater:
      return ">";
    case FilterOp::kGreaterOrEqual:
      return ">=";
    case FilterOp::kLess:
      return "<";
    case FilterOp::kLessOrEqual:
      break;
  }
  return "<=";
}

std::string FilterName::ToString() const {
  std::string text = path.ToString();
  if (own) return "." + text;
  // Words of the grammar; a field of that name stands in backticks.
  for (const std::string_view word : {"and", "or", "not"}) {
    if (IsWord(text, word)) return Concat({"`", text, "`"});
  }
  return text;
}

absl::StatusOr<Filter> Filter::Parse(std::string_view text, FilterNames names) {
  if (text.size() > kMaxTextBytes) return SyntaxError(0, {"a filter of over 64 KiB"});
  LogqlLexer lexer(text, names);
  ASSIGN_OR_RETURN(Filter filter, ParseFrom(lexer));
  ASSIGN_OR_RETURN(const LogqlToken rest, lexer.Next());
  if (rest.kind != LogqlTokenKind::kEnd) {
    return SyntaxError(rest.offset, {"expected \"and\", \"or\", a comma or the end of the filter"});
  }
  return filter;
}

absl::StatusOr<Filter> Filter::ParseFrom(LogqlLexer& lexer) {
  ASSIGN_OR_RETURN(FilterNode root, FilterParser(lexer).Parse());
  return Filter(std::move(root));
}

std::string Filter::FilterText(const FilterNode& node) {
  switch (node.kind) {
    case FilterNodeKind::kAnd:
    case FilterNodeKind::kOr:
      return JoinedText(node);
    case FilterNodeKind::kNot: {
      const FilterNode& child = node.children.front();
      const bool brackets = !child.children.empty() && child.kind != FilterNodeKind::kNot;
      return brackets ? Concat({"not (", FilterText(child), ")"})
                      : Concat({"not ", FilterText(child)});
    }
    case FilterNodeKind::kCompare:
      break;
  }
  return Concat({node.name.ToString(), FilterOpText(node.op), ValueText(node.value)});
}

std::vector<const FilterNode*> Filter::comparisons() const {
  std::vector<const FilterNode*> comparisons;
  CollectComparisons(root_, comparisons);
  return comparisons;
}

bool Filter::IsNeverTrue() const { return ExcludesAll(root_); }
bool Filter::IsAlwaysTrue() const { return AdmitsAll(root_); }

}  // namespace tailrace
