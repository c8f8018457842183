// PipelineRun brings one batch through one pipeline: it runs the stages and writes what they leave,
// so that an encoder only copies it. A pipeline without stages is spliced (ParseStage).
//
// Threads    Owned by one worker: it keeps the stages' state.
// Ownership  Refers to the pipelines that it has run; Forget them before they go.
// Failure    Per record, counted by the stages.
// Cost       Without stages as ParseStage. With stages theirs, and some ns a field (FieldWriter);
// no
//            allocation in steady state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/parse_stage.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/stages/stage_batch.h"
#include "sinks/field_writer.h"
#include "sinks/parsed_body.h"

namespace tailrace {

// Sees a batch before the first stage that it goes through and after each; of summaries these are
// the stages behind their `dedupe`.
using StageWatch = absl::FunctionRef<void(size_t stages_done, const StageBatch& batch)>;

class PipelineRun {
 public:
  // The bit of ParsedBody::branches of records that go to the dead letters.
  static constexpr uint64_t kRejectedBit = uint64_t{1} << 63;

  explicit PipelineRun(FlowCounters& flow) : flow_(flow), parse_(flow) {}

  // Replaces `bodies` by one entry a record of `batch`: its branches are those outputs that it goes
  // to, none where its way ended. `labels` are the stream's.
  void Run(const CompiledPipeline& pipeline, const RecordBatch& batch, LabelLookup labels,
           const BatchOrigin& origin, ParsedBodies& bodies,
           std::optional<StageWatch> watch = std::nullopt);

  // The same for summaries of the pipeline's stage `dedupe`, which go on behind that stage. `batch`
  // has an entry for each.
  void RunSummaries(const CompiledPipeline& pipeline, size_t dedupe,
                    const DedupeSummaries& summaries, const RecordBatch& batch, LabelLookup labels,
                    const BatchOrigin& origin, ParsedBodies& bodies,
                    std::optional<StageWatch> watch = std::nullopt);

  // Of the last run: how many records go to some output or to the dead letters.
  uint64_t routed() const { return routed_; }
  uint64_t rejected() const { return rejected_; }

  // The stages' state of all pipelines ends.
  void Forget() { chains_.clear(); }

 private:
  // What a worker keeps of a pipeline.
  struct Chain {
    explicit Chain(const CompiledPipeline& pipeline)
        : stages(pipeline.stages, pipeline.counters, pipeline.record_clock) {}

    StageChain stages;
    FieldWriter writer;
  };

  Chain& ChainOf(const CompiledPipeline& pipeline);
  void Begin(const RecordBatch& batch, LabelLookup labels, const BatchOrigin& origin,
             ParsedBodies& bodies);
  // The stages from `stage` on.
  void RunFrom(size_t stage, const CompiledPipeline& pipeline, ParsedBodies& bodies,
               std::optional<StageWatch> watch);
  void WriteBody(const CompiledPipeline& pipeline, uint32_t position, FieldWriter& writer,
                 ParsedBodies& bodies);

  FlowCounters& flow_;
  ParseStage parse_;
  StageBatch batch_;
  absl::flat_hash_map<const CompiledPipeline*, std::unique_ptr<Chain>> chains_;
  uint64_t routed_ = 0;
  uint64_t rejected_ = 0;
};

}  // namespace tailrace
