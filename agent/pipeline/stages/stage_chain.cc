#include "agent/pipeline/stages/stage_chain.h"

namespace tailrace {
namespace {

void CountEnded(const StageBatch& batch, const StageCounters& counters) {
  RecordMask ended = batch.selected();
  ended -= batch.live();
  if (ended.empty()) return;
  uint64_t filtered = 0;
  uint64_t dropped = 0;
  ended.ForEach([&](size_t i) {
    filtered += batch.record(i).fate == Fate::kFiltered ? 1 : 0;
    dropped += batch.record(i).fate == Fate::kDropped ? 1 : 0;
  });
  counters.filtered->Add(filtered);
  counters.dropped->Add(dropped);
}

}  // namespace

StageChain::StageChain(std::span<const StageSpec> specs, std::span<const StageCounters> counters,
                       bool record_clock) {
  for (size_t i = 0; i < specs.size(); ++i) {
    const StageSetup setup{counters[i].failures, record_clock};
    links_.push_back({&specs[i], &counters[i], specs[i].make(setup)});
  }
}

RecordMask StageChain::Selected(const StageSpec& spec, const StageBatch& batch) {
  if (!spec.when) return batch.live();
  return spec.when->Match(spec.when->BindStream(batch.labels()), batch.all_fields(), batch.live(),
                          scratch_);
}

void StageChain::RunStage(size_t stage, StageBatch& batch) {
  const Link& link = links_[stage];
  RecordMask selected = Selected(*link.spec, batch);
  if (link.stage->TakesRejected()) selected |= batch.rejected();
  batch.Select(selected);
  if (batch.selected().empty()) return;
  link.stage->Run(batch);
  CountEnded(batch, *link.counters);
}

}  // namespace tailrace
