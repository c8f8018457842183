#include "agent/lang/compiled_filter.h"

#include <algorithm>
#include <utility>

#include "agent/base/status.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

// What finding the field costs, beside the comparison.
constexpr uint32_t kLookupCost = 10;

// The place of `value` in `values`, where it is added if it is not there.
template <typename T>
uint32_t IndexOf(const T& value, std::vector<T>& values) {
  const auto found = std::find(values.begin(), values.end(), value);
  const auto index = static_cast<uint32_t>(found - values.begin());
  if (found == values.end()) values.push_back(value);
  return index;
}

StreamVerdict Verdict(bool holds) { return holds ? StreamVerdict::kAlways : StreamVerdict::kNever; }

StreamVerdict Negated(StreamVerdict verdict) {
  if (verdict == StreamVerdict::kRecord) return verdict;
  return Verdict(verdict == StreamVerdict::kNever);
}

}  // namespace

absl::StatusOr<CompiledFilter> CompiledFilter::Compile(const Filter& filter,
                                                       const NameScope& scope) {
  CompiledFilter compiled;
  uint32_t root = 0;
  RETURN_IF_ERROR(compiled.Add(filter.root(), scope, &root));
  return compiled;
}

absl::Status CompiledFilter::Add(const FilterNode& node, const NameScope& scope, uint32_t* index) {
  Node added;
  added.kind = node.kind;
  if (node.kind == FilterNodeKind::kCompare) {
    RETURN_IF_ERROR(AddComparison(node, scope, added));
  } else {
    std::vector<uint32_t> children(node.children.size());
    for (size_t i = 0; i < children.size(); ++i) {
      RETURN_IF_ERROR(Add(node.children[i], scope, &children[i]));
      added.cost += nodes_[children[i]].cost;
    }
    // The order does not change the answer, and what is cheap may make the rest needless.
    std::stable_sort(children.begin(), children.end(),
                     [this](uint32_t a, uint32_t b) { return nodes_[a].cost < nodes_[b].cost; });
    added.first = static_cast<uint32_t>(children_.size());
    added.count = static_cast<uint32_t>(children.size());
    children_.insert(children_.end(), children.begin(), children.end());
  }
  *index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(added);
  return absl::OkStatus();
}

absl::Status CompiledFilter::AddComparison(const FilterNode& node, const NameScope& scope,
                                           Node& added) {
  ASSIGN_OR_RETURN(FilterTerm term, FilterTerm::Compile(node));
  added.on_label = !node.name.own && scope.IsLabel(node.name.path.name());
  if (!added.on_label) {
    added.first = static_cast<uint32_t>(field_terms_.size());
    added.cost = kLookupCost + term.cost();
    field_terms_.push_back({IndexOf(node.name.path, fields_), std::move(term)});
    return absl::OkStatus();
  }
  if (label_terms_.size() == kLabelComparisonsMax) {
    return SyntaxError(node.offset, {"a filter of over 64 comparisons with labels"});
  }
  added.first = static_cast<uint32_t>(label_terms_.size());
  label_terms_.push_back({IndexOf(node.name.path.name(), labels_), std::move(term)});
  return absl::OkStatus();
}

StreamFilter CompiledFilter::BindStream(LabelLookup labels) const {
  StreamFilter bound;
  for (size_t i = 0; i < label_terms_.size(); ++i) {
    const LabelTerm& comparison = label_terms_[i];
    if (comparison.term.MatchesText(labels(labels_[comparison.label]))) {
      bound.labels_that_fit |= uint64_t{1} << i;
    }
  }
  bound.verdict = VerdictOf(nodes_.back(), bound.labels_that_fit);
  return bound;
}

StreamVerdict CompiledFilter::VerdictOf(const Node& node, uint64_t labels_that_fit) const {
  if (node.kind == FilterNodeKind::kCompare) {
    if (node.on_label) return Verdict((labels_that_fit >> node.first & 1) != 0);
    const std::optional<bool> constant = field_terms_[node.first].term.constant();
    return constant.has_value() ? Verdict(*constant) : StreamVerdict::kRecord;
  }
  const std::span<const uint32_t> children = ChildrenOf(node);
  if (node.kind == FilterNodeKind::kNot) {
    return Negated(VerdictOf(nodes_[children.front()], labels_that_fit));
  }
  // One child of this verdict decides.
  const StreamVerdict deciding = Verdict(node.kind == FilterNodeKind::kOr);
  StreamVerdict verdict = Negated(deciding);
  for (const uint32_t child : children) {
    const StreamVerdict of_child = VerdictOf(nodes_[child], labels_that_fit);
    if (of_child == deciding) return deciding;
    if (of_child == StreamVerdict::kRecord) verdict = of_child;
  }
  return verdict;
}

RecordMask CompiledFilter::Match(const StreamFilter& of_stream, std::span<const FieldList> records,
                                 const RecordMask& candidates, FilterScratch& scratch) const {
  if (of_stream.verdict == StreamVerdict::kNever) return {};
  if (of_stream.verdict == StreamVerdict::kAlways) return candidates;
  return Evaluate(nodes_.back(), of_stream.labels_that_fit, records, candidates, scratch);
}

bool CompiledFilter::MatchesOne(const StreamFilter& of_stream, std::span<const Field> record,
                                FilterScratch& scratch) const {
  if (of_stream.verdict != StreamVerdict::kRecord) {
    return of_stream.verdict == StreamVerdict::kAlways;
  }
  return EvaluateOne(nodes_.back(), of_stream.labels_that_fit, record, scratch);
}

RecordMask CompiledFilter::Evaluate(const Node& node, uint64_t labels_that_fit,
                                    std::span<const FieldList> records,
                                    const RecordMask& candidates, FilterScratch& scratch) const {
  if (node.kind == FilterNodeKind::kCompare) {
    if (!node.on_label) return Compare(field_terms_[node.first], records, candidates, scratch);
    return (labels_that_fit >> node.first & 1) != 0 ? candidates : RecordMask();
  }
  RecordMask open = candidates;  // Not decided yet.
  RecordMask matched;
  for (const uint32_t child : ChildrenOf(node)) {
    if (open.empty()) break;
    const RecordMask fits = Evaluate(nodes_[child], labels_that_fit, records, open, scratch);
    if (node.kind == FilterNodeKind::kAnd) {
      open = fits;
    } else {
      matched |= fits;
      open -= fits;
    }
  }
  return node.kind == FilterNodeKind::kOr ? matched : open;
}

RecordMask CompiledFilter::Compare(const FieldTerm& comparison, std::span<const FieldList> records,
                                   const RecordMask& candidates, FilterScratch& scratch) const {
  const FieldPath& path = fields_[comparison.field];
  RecordMask matched;
  candidates.ForEach([&](size_t record) {
    if (comparison.term.Matches(path.Find(records[record]), scratch)) matched.Add(record);
  });
  return matched;
}

bool CompiledFilter::EvaluateOne(const Node& node, uint64_t labels_that_fit,
                                 std::span<const Field> record, FilterScratch& scratch) const {
  if (node.kind == FilterNodeKind::kCompare) {
    if (node.on_label) return (labels_that_fit >> node.first & 1) != 0;
    const FieldTerm& comparison = field_terms_[node.first];
    return comparison.term.Matches(fields_[comparison.field].Find(record), scratch);
  }
  const std::span<const uint32_t> children = ChildrenOf(node);
  const auto holds = [&](uint32_t child) {
    return EvaluateOne(nodes_[child], labels_that_fit, record, scratch);
  };
  if (node.kind == FilterNodeKind::kNot) return !holds(children.front());
  return node.kind == FilterNodeKind::kAnd ? std::all_of(children.begin(), children.end(), holds)
                                           : std::any_of(children.begin(), children.end(), holds);
}

}  // namespace tailrace
