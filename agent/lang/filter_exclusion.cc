#include "agent/lang/filter_exclusion.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "agent/lang/filter_term.h"

namespace tailrace {
namespace {

// A comparison that must hold, or where `negated` must not.
struct Literal {
  const FilterNode* node = nullptr;
  bool negated = false;

  bool is_quantity() const {
    return node->value.kind == FilterValueKind::kNumber ||
           node->value.kind == FilterValueKind::kDuration ||
           node->value.kind == FilterValueKind::kBytes;
  }
};

// `!=` and `!~` of texts are the negations of `=` and `=~`; of quantities and addresses they are
// not, since what is missing is in neither.
Literal Plain(Literal literal) {
  static_assert(FilterOp::kEqual < FilterOp::kNotEqual);
  const bool of_text = literal.node->value.kind == FilterValueKind::kString;
  const bool negative =
      literal.node->op == FilterOp::kNotEqual || literal.node->op == FilterOp::kNotMatches;
  if (of_text && negative) literal.negated = !literal.negated;
  return literal;
}

bool IsSameComparison(const FilterNode& a, const FilterNode& b) {
  const bool of_text = a.value.kind == FilterValueKind::kString;
  const auto is_regex = [](FilterOp op) {
    return op == FilterOp::kMatches || op == FilterOp::kNotMatches;
  };
  const bool same_op = of_text ? is_regex(a.op) == is_regex(b.op) : a.op == b.op;
  return same_op && a.value.kind == b.value.kind && a.value.text == b.value.text &&
         a.value.number == b.value.number;
}

bool IsSameName(const FilterName& a, const FilterName& b) {
  return a.own == b.own && a.path == b.path;
}

bool Holds(const Literal& literal, const FilterTerm& term, std::string_view text) {
  return term.MatchesText(text) != literal.negated;
}

// The text must be one of few, and each of them is refused.
bool RefusesAllChoices(const std::vector<Literal>& literals, const std::vector<FilterTerm>& terms) {
  for (size_t i = 0; i < literals.size(); ++i) {
    const std::span<const std::string> choices = terms[i].choices();
    if (choices.empty() || Plain(literals[i]).negated) continue;
    const auto is_refused = [&](const std::string& choice) {
      for (size_t other = 0; other < literals.size(); ++other) {
        // For an address it matters whether a text is empty or missing.
        const bool unclear =
            choice.empty() && literals[other].node->value.kind == FilterValueKind::kIp;
        if (!unclear && !Holds(literals[other], terms[other], choice)) return true;
      }
      return false;
    };
    if (std::all_of(choices.begin(), choices.end(), is_refused)) return true;
  }
  return false;
}

struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;

  void AtLeast(double bound, bool open) {
    if (bound < low || (bound == low && !open)) return;
    low = bound;
    low_open = open;
  }
  void AtMost(double bound, bool open) {
    if (bound > high || (bound == high && !open)) return;
    high = bound;
    high_open = open;
  }
  bool empty() const { return low > high || (low == high && (low_open || high_open)); }
};

FilterOp Opposite(FilterOp op) {
  switch (op) {
    case FilterOp::kGreater:
      return FilterOp::kLessOrEqual;
    case FilterOp::kGreaterOrEqual:
      return FilterOp::kLess;
    case FilterOp::kLess:
      return FilterOp::kGreaterOrEqual;
    case FilterOp::kLessOrEqual:
      return FilterOp::kGreater;
    case FilterOp::kEqual:
      return FilterOp::kNotEqual;
    case FilterOp::kNotEqual:
    case FilterOp::kMatches:
    case FilterOp::kNotMatches:
      break;
  }
  return FilterOp::kEqual;
}

void Narrow(Range& range, FilterOp op, double bound) {
  if (op == FilterOp::kGreater || op == FilterOp::kGreaterOrEqual || op == FilterOp::kEqual) {
    range.AtLeast(bound, op == FilterOp::kGreater);
  }
  if (op == FilterOp::kLess || op == FilterOp::kLessOrEqual || op == FilterOp::kEqual) {
    range.AtMost(bound, op == FilterOp::kLess);
  }
}

// No number lies in all the ranges. A negated comparison says something of the number only where
// another one says that there is a number.
bool LeavesNoNumber(const std::vector<Literal>& literals, FilterValueKind kind) {
  Range range;
  bool is_number = false;
  std::vector<double> excluded;
  for (const Literal& literal : literals) {
    if (literal.node->value.kind != kind || literal.negated) continue;
    is_number = is_number || literal.node->op != FilterOp::kNotEqual;
  }
  if (!is_number) return false;
  for (const Literal& literal : literals) {
    if (literal.node->value.kind != kind) continue;
    const FilterOp op = literal.negated ? Opposite(literal.node->op) : literal.node->op;
    Narrow(range, op, literal.node->value.number);
    if (op == FilterOp::kNotEqual) excluded.push_back(literal.node->value.number);
  }
  const auto is_excluded = [&](double number) {
    return std::find(excluded.begin(), excluded.end(), number) != excluded.end();
  };
  return range.empty() || (range.low == range.high && is_excluded(range.low));
}

bool HasOpposites(const std::vector<Literal>& literals) {
  for (size_t i = 0; i < literals.size(); ++i) {
    for (size_t other = 0; other < i; ++other) {
      if (Plain(literals[i]).negated != Plain(literals[other]).negated &&
          IsSameComparison(*literals[i].node, *literals[other].node)) {
        return true;
      }
    }
  }
  return false;
}

// All of one name.
bool Contradicts(const std::vector<Literal>& literals) {
  std::vector<FilterTerm> terms;
  for (const Literal& literal : literals) {
    absl::StatusOr<FilterTerm> term = FilterTerm::Compile(*literal.node);
    if (!term.ok()) return false;
    if (term->constant() == literal.negated) return true;
    terms.push_back(*std::move(term));
  }
  if (literals.size() == 1) return false;
  return RefusesAllChoices(literals, terms) || HasOpposites(literals) ||
         LeavesNoNumber(literals, FilterValueKind::kNumber) ||
         LeavesNoNumber(literals, FilterValueKind::kDuration) ||
         LeavesNoNumber(literals, FilterValueKind::kBytes);
}

bool AnyNameContradicts(std::vector<Literal> literals) {
  while (!literals.empty()) {
    const FilterName& name = literals.front().node->name;
    const auto others = std::stable_partition(
        literals.begin(), literals.end(),
        [&name](const Literal& literal) { return IsSameName(literal.node->name, name); });
    if (Contradicts({literals.begin(), others})) return true;
    literals.erase(literals.begin(), others);
  }
  return false;
}

// The kind of `node` where it is negated: of "and" and "or" the other one.
bool IsConjunction(const FilterNode& node, bool negated) {
  return node.kind == (negated ? FilterNodeKind::kOr : FilterNodeKind::kAnd);
}

// What must hold for `node` to hold (or not, where `negated`), as far as it is comparisons.
void Collect(const FilterNode& node, bool negated, std::vector<Literal>& literals) {
  if (node.kind == FilterNodeKind::kCompare) literals.push_back({&node, negated});
  if (node.kind == FilterNodeKind::kNot) Collect(node.children.front(), !negated, literals);
  if (!IsConjunction(node, negated)) return;
  for (const FilterNode& child : node.children) Collect(child, negated, literals);
}

bool Excludes(const FilterNode& node, bool negated) {
  if (node.kind == FilterNodeKind::kNot) return Excludes(node.children.front(), !negated);
  const auto excludes = [negated](const FilterNode& child) { return Excludes(child, negated); };
  const bool joined = node.kind != FilterNodeKind::kCompare;
  if (joined && !IsConjunction(node, negated)) {
    return std::all_of(node.children.begin(), node.children.end(), excludes);
  }
  std::vector<Literal> literals;
  Collect(node, negated, literals);
  return AnyNameContradicts(std::move(literals)) ||
         (joined && std::any_of(node.children.begin(), node.children.end(), excludes));
}

}  // namespace

bool ExcludesAll(const FilterNode& node) { return Excludes(node, false); }
bool AdmitsAll(const FilterNode& node) { return Excludes(node, true); }

}  // namespace tailrace
