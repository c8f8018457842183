// CompiledFilter decides which records of a batch a filter matches.
//
//   const CompiledFilter filter = *CompiledFilter::Compile(*Filter::Parse(text), scope);   a plan
//   const StreamFilter of_stream = filter.BindStream(labels);                              a stream
//   RecordMask matched = filter.Match(of_stream, records, all, scratch);                   a batch
//
// What a comparison means
//   =, !=, =~, !~ with a string   on the text of the value: of a string its characters, of a number
//                                 or boolean its token, of an object or array its JSON. Regular
//                                 expressions match the whole text, and "." a newline as well. What
//                                 is missing, and null, is "", so `x!="a"` holds where there is no
//                                 x.
//   with a number, a duration,    on what the text reads as: 1.5e3; 1h30m; 42MB or bare bytes. What
//   a size                        is missing or reads as no such thing makes the comparison false,
//                                 `!=` included.
//   =, != with ip()               some address in the text lies in the range (`=`), or none (`!=`);
//   what
//                                 is missing makes both false. An IPv4-mapped IPv6 address counts
//                                 as the IPv4 address.
//   `not` is plain negation: `not x > 5` holds where there is no x.
//
// Unlike Loki, which lets a line through when the conversion fails and marks it, a filter here must
// answer.
//
// Invariants  Labels are decided once a stream; fields are looked at only where the labels and the
//             comparisons before leave it open.
// Threads     Immutable; any. A FilterScratch belongs to one worker.
// Ownership   Copies share the compiled regular expressions.
// Bounds      64 comparisons with labels.
// Failure     Compile: a SyntaxError.
// Cost        No allocation, once the scratch has grown; nothing virtual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/event/field.h"
#include "agent/event/record_mask.h"
#include "agent/lang/field_path.h"
#include "agent/lang/filter.h"
#include "agent/lang/filter_term.h"
#include "agent/lang/name_scope.h"

namespace tailrace {

enum class StreamVerdict : uint8_t {
  kNever,   // No record of the stream matches,
  kAlways,  // every one does,
  kRecord,  // or it depends on the record.
};

// What a filter knows about one stream. 16 bytes, for streams to keep.
struct StreamFilter {
  StreamVerdict verdict = StreamVerdict::kRecord;
  uint64_t labels_that_fit = 0;  // A bit for each comparison with a label.
};

class CompiledFilter {
 public:
  static constexpr size_t kLabelComparisonsMax = 64;

  [[nodiscard]] static absl::StatusOr<CompiledFilter> Compile(const Filter& filter,
                                                              const NameScope& scope);

  StreamFilter BindStream(LabelLookup labels) const;

  // Those of `candidates` that match; records[i] are the fields of the record i.
  // REQUIRES: `of_stream` is from this filter; the candidates are indices of `records`.
  RecordMask Match(const StreamFilter& of_stream, std::span<const FieldList> records,
                   const RecordMask& candidates, FilterScratch& scratch) const;
  // The same for one record.
  bool MatchesOne(const StreamFilter& of_stream, std::span<const Field> record,
                  FilterScratch& scratch) const;

  // What it looks at, each once: for the plan, which fields are ever needed, and for `check`.
  const std::vector<FieldPath>& fields() const { return fields_; }
  const std::vector<std::string>& labels() const { return labels_; }

 private:
  struct Node {
    FilterNodeKind kind = FilterNodeKind::kCompare;
    bool on_label = false;
    // Of a comparison its place in label_terms_ or field_terms_; of all others that of the first
    // child in children_, and how many there are.
    uint32_t first = 0;
    uint32_t count = 0;
    uint32_t cost = 0;
  };
  struct LabelTerm {
    uint32_t label = 0;  // In labels_.
    FilterTerm term;
  };
  struct FieldTerm {
    uint32_t field = 0;  // In fields_.
    FilterTerm term;
  };

  CompiledFilter() = default;
  absl::Status Add(const FilterNode& node, const NameScope& scope, uint32_t* index);
  absl::Status AddComparison(const FilterNode& node, const NameScope& scope, Node& added);
  StreamVerdict VerdictOf(const Node& node, uint64_t labels_that_fit) const;
  RecordMask Evaluate(const Node& node, uint64_t labels_that_fit,
                      std::span<const FieldList> records, const RecordMask& candidates,
                      FilterScratch& scratch) const;
  RecordMask Compare(const FieldTerm& comparison, std::span<const FieldList> records,
                     const RecordMask& candidates, FilterScratch& scratch) const;
  bool EvaluateOne(const Node& node, uint64_t labels_that_fit, std::span<const Field> record,
                   FilterScratch& scratch) const;
  std::span<const uint32_t> ChildrenOf(const Node& node) const {
    return std::span(children_).subspan(node.first, node.count);
  }

  std::vector<Node> nodes_;  // Behind their children, the root last.
  std::vector<uint32_t> children_;
  std::vector<FieldTerm> field_terms_;
  std::vector<LabelTerm> label_terms_;
  std::vector<FieldPath> fields_;
  std::vector<std::string> labels_;
};

}  // namespace tailrace
