#include "agent/lang/filter_parser.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/filter_term.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

struct NamedOp {
  std::string_view text;
  FilterOp op;
};
constexpr NamedOp kOps[] = {
    {"=", FilterOp::kEqual},           {"==", FilterOp::kEqual},
    {"!=", FilterOp::kNotEqual},       {"=~", FilterOp::kMatches},
    {"!~", FilterOp::kNotMatches},     {">", FilterOp::kGreater},
    {">=", FilterOp::kGreaterOrEqual}, {"<", FilterOp::kLess},
    {"<=", FilterOp::kLessOrEqual},
};

bool IsOfRegex(FilterOp op) { return op == FilterOp::kMatches || op == FilterOp::kNotMatches; }
bool IsOfEquality(FilterOp op) { return op == FilterOp::kEqual || op == FilterOp::kNotEqual; }

FilterValueKind ValueKindOf(LogqlTokenKind kind) {
  if (kind == LogqlTokenKind::kDuration) return FilterValueKind::kDuration;
  return kind == LogqlTokenKind::kBytes ? FilterValueKind::kBytes : FilterValueKind::kNumber;
}

void Append(FilterNodeKind kind, FilterNode child, std::vector<FilterNode>& children) {
  if (child.kind == kind) {
    std::move(child.children.begin(), child.children.end(), std::back_inserter(children));
  } else {
    children.push_back(std::move(child));
  }
}

FilterNode Joined(FilterNodeKind kind, FilterNode left, FilterNode right) {
  FilterNode node;
  node.kind = kind;
  Append(kind, std::move(left), node.children);
  Append(kind, std::move(right), node.children);
  return node;
}

}  // namespace

absl::StatusOr<FilterNode> FilterParser::Parse() {
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(FilterNode root, ParseJoined(0));
  lexer_.StartAt(token_.offset);
  return root;
}

absl::StatusOr<FilterNode> FilterParser::ParseJoined(int least_power) {
  const size_t begin = token_.offset;
  ASSIGN_OR_RETURN(FilterNode left, ParseTerm());
  for (Join join; FindJoin(join) && join.left_power >= least_power;) {
    if (join.is_token) RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(FilterNode right, ParseJoined(join.right_power));
    left = Joined(join.kind, std::move(left), std::move(right));
    left.offset = begin;
    left.length = end_ - begin;
  }
  return left;
}

// A comma and nothing at all take what is on their right whole, and what is on their left at once;
// see filter.h.
bool FilterParser::FindJoin(Join& join) const {
  if (token_.IsWord("or")) {
    join = {FilterNodeKind::kOr, 1, 2, true};
  } else if (token_.IsWord("and")) {
    join = {FilterNodeKind::kAnd, 3, 4, true};
  } else if (token_.IsSymbol(',')) {
    join = {FilterNodeKind::kAnd, 5, 0, true};
  } else if (AtTerm()) {
    join = {FilterNodeKind::kAnd, 5, 0, false};
  } else {
    return false;
  }
  return true;
}

bool FilterParser::AtTerm() const {
  return token_.kind == LogqlTokenKind::kName || token_.IsSymbol('(') ||
         (with_field_paths() && token_.IsSymbol('!'));
}

absl::StatusOr<FilterNode> FilterParser::ParseTerm() {
  if (token_.IsSymbol('(')) return ParseBracketed();
  ASSIGN_OR_RETURN(const bool negated, AtNot());
  if (negated) return ParseNot();
  const bool word = token_.IsWord("and") || token_.IsWord("or");
  if (token_.kind != LogqlTokenKind::kName || word) {
    return Expected(with_field_paths() ? "the name of a field or label, \"not\" or \"(\""
                                       : "the name of a label or \"(\"");
  }
  return ParseComparison();
}

// A field may be called `not`: then an operator follows it.
absl::StatusOr<bool> FilterParser::AtNot() {
  if (!with_field_paths()) return false;
  if (token_.IsSymbol('!')) return true;
  if (!token_.IsWord("not")) return false;
  absl::StatusOr<LogqlToken> next = lexer_.Next();
  lexer_.StartAt(token_.end());
  if (!next.ok()) return std::move(next).status();
  return next->kind != LogqlTokenKind::kOperator;
}

absl::StatusOr<FilterNode> FilterParser::ParseBracketed() {
  RETURN_IF_ERROR(Enter());
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(FilterNode inner, ParseJoined(0));
  if (!token_.IsSymbol(')')) return Expected("\")\", \"and\" or \"or\"");
  RETURN_IF_ERROR(Advance());
  --levels_;
  return inner;
}

absl::StatusOr<FilterNode> FilterParser::ParseNot() {
  RETURN_IF_ERROR(Enter());
  FilterNode node;
  node.kind = FilterNodeKind::kNot;
  node.offset = token_.offset;
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(FilterNode inner, ParseTerm());
  node.children.push_back(std::move(inner));
  node.length = end_ - node.offset;
  --levels_;
  return node;
}

absl::StatusOr<FilterNode> FilterParser::ParseComparison() {
  if (++comparisons_ > kComparisonsMax) return Expected("at most 256 comparisons");
  FilterNode node;
  node.name.path = FieldPath::Of(token_.segments);
  node.name.own = token_.leading_dot;
  node.name.offset = node.offset = token_.offset;
  node.name.length = token_.length;
  RETURN_IF_ERROR(Advance());
  RETURN_IF_ERROR(ReadOperator(node));
  RETURN_IF_ERROR(ParseValue(node));
  node.length = node.value.offset + node.value.length - node.offset;
  // So that what is wrong with a regular expression or an address is known with its place.
  const absl::StatusOr<FilterTerm> term = FilterTerm::Compile(node);
  if (!term.ok()) return term.status();
  return node;
}

absl::Status FilterParser::ReadOperator(FilterNode& node) {
  if (token_.kind != LogqlTokenKind::kOperator) {
    return Expected(
        Concat({"an operator after ", node.name.ToString(), ": one of = != =~ !~ > >= < <="}));
  }
  const auto* const op =
      std::find_if(std::begin(kOps), std::end(kOps),
                   [this](const NamedOp& known) { return known.text == token_.text; });
  node.op = op->op;
  return absl::OkStatus();
}

absl::Status FilterParser::ParseValue(FilterNode& node) {
  const LogqlToken op = token_;
  ASSIGN_OR_RETURN(LogqlToken token, lexer_.NextValue());
  FilterValue& value = node.value;
  value.offset = token.offset;
  value.length = token.length;
  if (token.kind == LogqlTokenKind::kString) {
    if (!IsOfRegex(node.op) && !IsOfEquality(node.op)) {
      return SyntaxError(token.offset, {"expected a number, a duration or a size after \"", op.text,
                                        "\"; a string follows one of = != =~ !~"});
    }
    if (op.text == "==" && !with_field_paths()) {
      return SyntaxError(op.offset, {"expected \"=\" before a string"});
    }
    value.text = std::move(token.string);
  } else if (IsOfRegex(node.op)) {
    return SyntaxError(token.offset, {"expected a string after \"", op.text, "\""});
  } else if (token.IsWord("ip")) {
    return ParseAddresses(token, node);
  } else if (token.kind == LogqlTokenKind::kNumber || token.kind == LogqlTokenKind::kDuration ||
             token.kind == LogqlTokenKind::kBytes) {
    value.kind = ValueKindOf(token.kind);
    value.number = token.number;
  } else {
    return SyntaxError(token.offset,
                       {"expected a string in quotes, a number, a duration, a size or "
                        "ip(\"...\") after \"",
                        op.text, "\""});
  }
  return Advance();
}

absl::Status FilterParser::ParseAddresses(const LogqlToken& ip, FilterNode& node) {
  if (!IsOfEquality(node.op)) {
    return SyntaxError(ip.offset,
                       {"expected a number, a duration or a size; ip() follows = or !="});
  }
  RETURN_IF_ERROR(Advance());
  if (!token_.IsSymbol('(')) return Expected("\"(\" after ip");
  ASSIGN_OR_RETURN(LogqlToken text, lexer_.NextValue());
  if (text.kind != LogqlTokenKind::kString) {
    return SyntaxError(text.offset, {"expected an address in quotes, such as \"10.0.0.0/8\""});
  }
  node.value.kind = FilterValueKind::kIp;
  node.value.text = std::move(text.string);
  RETURN_IF_ERROR(Advance());
  if (!token_.IsSymbol(')')) return Expected("\")\" after the address");
  node.value.length = token_.end() - node.value.offset;
  return Advance();
}

absl::Status FilterParser::Advance() {
  end_ = token_.end();
  ASSIGN_OR_RETURN(token_, lexer_.Next());
  return absl::OkStatus();
}

absl::Status FilterParser::Enter() {
  if (++levels_ > kLevelsMax) return Expected("at most 64 levels of brackets and \"not\"");
  return absl::OkStatus();
}

absl::Status FilterParser::Expected(std::string_view what) const {
  return SyntaxError(token_.offset, {"expected ", what});
}

}  // namespace tailrace
