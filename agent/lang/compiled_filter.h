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
  // Nodes stand behind their children, the root last.
  struct Node {
    FilterNodeKind kind = FilterNodeKind::kCompare;
    bool on_label = false;
    uint32_t index = 0;     // Of kCompare: its place in fields or labels below; else in children_.
    uint32_t children = 0;  // Of all but kCompare.
  };
  struct FieldTerm {
    FieldPath path;
    FilterTerm term;
  };
  struct LabelTerm {
    std::string label;
    FilterTerm term;
  };

  CompiledFilter() = default;
  absl::StatusOr<uint32_t> Add(const FilterNode& node, const NameScope& scope);
  absl::Status AddComparison(const FilterNode& node, const NameScope& scope, Node& added);
  StreamVerdict Verdict(uint32_t node, uint64_t labels_that_fit) const;
  RecordMask Evaluate(uint32_t node, const StreamFilter& of_stream,
                      std::span<const FieldList> records, const RecordMask& candidates,
                      FilterScratch& scratch) const;
  bool EvaluateOne(uint32_t node, const StreamFilter& of_stream, std::span<const Field> record,
                   FilterScratch& scratch) const;

  std::vector<Node> nodes_;
  std::vector<uint32_t> children_;
  std::vector<FieldTerm> field_terms_;
  std::vector<LabelTerm> label_terms_;
  std::vector<FieldPath> fields_;
  std::vector<std::string> labels_;
};

}  // namespace tailrace
