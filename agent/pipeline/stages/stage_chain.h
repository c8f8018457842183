// A StageChain is the stages of one pipeline, made for one worker: it runs them one after the other
// over a batch, each over the records that its `when` selects, and counts what ends on the way.
//
// Threads    Owned by one worker. The counters are the plan's.
// Ownership  Refers to the plan's specs, which outlive it.
// Cost       One virtual call a stage and batch, and the filters of `when`.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/enrich/lookup_file.h"
#include "agent/lang/compiled_filter.h"
#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/dedupe_windows.h"
#include "agent/pipeline/stages/stage.h"
#include "agent/pipeline/stages/throttle_stage.h"
#include "parsers/chain/parser_plan.h"

namespace tailrace {

// A stage as the config has it.
struct StageSpec {
  std::string kind;  // "parse", "drop", ...
  std::string name;  // Its own, else its kind: the rule of what it filters.
  std::optional<CompiledFilter> when;
  StageMaker make;

  // Of a `throttle` that delays: what its files ask before they are read on.
  std::shared_ptr<Throttle> delay;
  // Of a `dedupe`: what its windows are made by, one set a stream.
  std::shared_ptr<const DedupeOptions> dedupe;
  // Of a `lookup`: to be read again when it changes.
  std::shared_ptr<LookupFile> lookup;

  // For `check`: the fields that it looks at, those that it writes by name, and the parsers that it
  // runs.
  std::vector<FieldPath> uses;
  std::vector<FieldPath> makes;
  ParserPlanPtr parser;
};

struct StageCounters {
  Counter* filtered = nullptr;  // tailrace_records_filtered_total{rule}
  Counter* dropped = nullptr;   // tailrace_records_dropped_total{reason}
  Counter* failures = nullptr;  // tailrace_stage_errors_total{stage}
};

class StageChain {
 public:
  // `specs` and `counters` go side by side.
  StageChain(std::span<const StageSpec> specs, std::span<const StageCounters> counters,
             bool record_clock);

  void Run(StageBatch& batch) {
    for (size_t i = 0; i < links_.size(); ++i) RunStage(i, batch);
  }
  // One stage alone, for those who want to see what it does. REQUIRES: in order.
  void RunStage(size_t stage, StageBatch& batch);

  size_t size() const { return links_.size(); }
  const StageSpec& spec(size_t stage) const { return *links_[stage].spec; }

 private:
  struct Link {
    const StageSpec* spec = nullptr;
    const StageCounters* counters = nullptr;
    std::unique_ptr<Stage> stage;
  };

  RecordMask Selected(const StageSpec& spec, const StageBatch& batch);

  std::vector<Link> links_;
  FilterScratch scratch_;
};

}  // namespace tailrace
