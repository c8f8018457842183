#include "agent/pipeline/pipeline_run.h"

#include "agent/pipeline/stages/dedupe_stage.h"

namespace tailrace {
namespace {

// After one very large batch the memory goes back.
constexpr size_t kArenaKeptBytes = 1 << 20;

}  // namespace

PipelineRun::Chain& PipelineRun::ChainOf(const CompiledPipeline& pipeline) {
  std::unique_ptr<Chain>& chain = chains_[&pipeline];
  if (chain == nullptr) chain = std::make_unique<Chain>(pipeline);
  return *chain;
}

void PipelineRun::Run(const CompiledPipeline& pipeline, const RecordBatch& batch,
                      LabelLookup labels, const BatchOrigin& origin, ParsedBodies& bodies,
                      std::optional<StageWatch> watch) {
  routed_ = batch.size();
  rejected_ = 0;
  if (pipeline.stages.empty()) {
    parse_.Run(pipeline, batch, bodies);
    return;
  }
  Begin(batch, labels, origin, bodies);
  RunFrom(0, pipeline, bodies, watch);
}

void PipelineRun::RunSummaries(const CompiledPipeline& pipeline, size_t dedupe,
                               const DedupeSummaries& summaries, const RecordBatch& batch,
                               LabelLookup labels, const BatchOrigin& origin, ParsedBodies& bodies,
                               std::optional<StageWatch> watch) {
  rejected_ = 0;
  Begin(batch, labels, origin, bodies);
  for (size_t i = 0; i < summaries.size(); ++i) PutSummary(*summaries[i], batch_, i);
  RunFrom(dedupe + 1, pipeline, bodies, watch);
}

void PipelineRun::Begin(const RecordBatch& batch, LabelLookup labels, const BatchOrigin& origin,
                        ParsedBodies& bodies) {
  if (bodies.arena.capacity() > kArenaKeptBytes) bodies.arena = std::string();
  bodies.arena.clear();
  bodies.records.assign(batch.size(), ParsedBody{});
  routed_ = 0;
  batch_.Begin(batch, labels, origin);
}

void PipelineRun::RunFrom(size_t stage, const CompiledPipeline& pipeline, ParsedBodies& bodies,
                          std::optional<StageWatch> watch) {
  Chain& chain = ChainOf(pipeline);
  if (watch) (*watch)(stage, batch_);
  for (; stage < chain.stages.size(); ++stage) {
    chain.stages.RunStage(stage, batch_);
    if (watch) (*watch)(stage + 1, batch_);
  }
  for (uint32_t i = 0; i < batch_.size(); ++i) {
    WriteBody(pipeline, i, chain.writer, bodies);
  }
}

void PipelineRun::WriteBody(const CompiledPipeline& pipeline, uint32_t position,
                            FieldWriter& writer, ParsedBodies& bodies) {
  const StageRecord& record = batch_.record(position);
  ParsedBody& body = bodies.records[position];
  body.branches = record.fate == Fate::kGoes       ? record.branches
                  : record.fate == Fate::kRejected ? kRejectedBit
                                                   : 0;
  if (body.branches == 0) return;
  ++routed_;
  rejected_ += record.fate == Fate::kRejected ? 1 : 0;
  const WrittenFields written = writer.Write(batch_.fields(position), pipeline.reserved);
  const auto append = [&bodies](std::string_view text, uint32_t& offset, uint32_t& length) {
    offset = static_cast<uint32_t>(bodies.arena.size());
    length = static_cast<uint32_t>(text.size());
    bodies.arena += text;
  };
  body.kind = BodyKind::kMembers;
  body.in_arena = true;
  append(written.members, body.members_offset, body.members_length);
  append(written.event_members, body.event_offset, body.event_length);
  append(written.log_members, body.log_offset, body.log_length);
  body.time = record.time;
  body.original = record.original;
  body.refused = record.refused;
  body.not_utf8 = !written.valid_utf8;
  if (written.duplicates > 0) flow_.duplicate_keys.Add(1);
  if (written.moved > 0) flow_.moved_fields.Add(1);
}

}  // namespace tailrace
