// What does a record pay for each stage, and for ten of them? Lines of JSON as web services write
// them, in batches of 200; `items_per_second` are records, `bytes_per_second` those of the lines.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/lang/filter.h"
#include "agent/pipeline/pipeline_run.h"
#include "agent/pipeline/stages/case_stage.h"
#include "agent/pipeline/stages/cast_stage.h"
#include "agent/pipeline/stages/field_stages.h"
#include "agent/pipeline/stages/filter_stage.h"
#include "agent/pipeline/stages/flatten_stage.h"
#include "agent/pipeline/stages/nest_stage.h"
#include "agent/pipeline/stages/parser_stage.h"
#include "agent/pipeline/stages/replace_stage.h"
#include "agent/pipeline/stages/sample_stage.h"
#include "agent/pipeline/stages/schema_stage.h"
#include "agent/pipeline/stages/throttle_stage.h"

namespace tailrace {
namespace {

constexpr size_t kRecords = 200;
constexpr std::string_view kTime = "2026-01-02T03:04:05.000000000Z";

FieldPath Path(std::string_view text) { return *FieldPath::Parse(text); }
CompiledFilter FilterOf(std::string_view text) {
  return *CompiledFilter::Compile(*Filter::Parse(text), NameScope());
}

RecordBatch Lines() {
  RecordBatch batch;
  for (size_t i = 0; i < kRecords; ++i) {
    const std::string number = std::to_string(i);
    const std::string line =
        R"({"ts":"2026-01-02T03:04:05.123Z","lvl":"INFO","msg":"request done","traceId":"4bf92f)" +
        number + R"(","status":"200","took":"12.5ms","http":{"method":"GET","path":"/user/)" +
        number + R"(/cart","bytes":5120},"pod_ip":"10.1.2.3"})";
    batch.Add(batch.AddToArena(line), batch.AddToArena(kTime), static_cast<int64_t>(i * 300),
              static_cast<uint32_t>(line.size() + 1), 0);
  }
  batch.arena.append(kArenaPaddingBytes, '\0');
  return batch;
}

StageMaker ParseJson() {
  ParserSpec spec;
  spec.name = "json";
  spec.parser = PlainFormat::kJson;
  ParserStageOptions options;
  options.plan = *ParserPlan::Compile({spec});
  options.from = Path(kMessageField);
  return ParserStage(std::move(options));
}

StageMaker Throttling(ThrottleAction action) {
  ThrottleOptions options;
  options.action = action;
  options.buckets = {.rate_per_second = 1e12, .burst = 1e12, .max_keys = 4096};
  return ThrottleStage(std::make_shared<Throttle>(std::move(options)));
}

StageMaker One(int64_t which) {
  switch (which) {
    case 0:
      return FilterStage(FilterOf("http.path = \"/healthz\""), FilterAction::kDrop);
    case 1:
      return CastStage({{Path("status"), CastType::kInt}});
    case 2:
      return CastStage({{Path("took"), CastType::kDuration}});
    case 3:
      return RenameStage({{Path("msg"), Path("message")}});
    case 4:
      return CaseStage({Path("lvl")}, LetterCase::kLower);
    case 5:
      return SampleStage({0.999, RecordKey({{"", Path("traceId")}}), {}});
    case 6:
      return Throttling(ThrottleAction::kDelay);
    case 7:
      return FlattenStage({{Path("http")}, 10});
    case 8:
      return NestStage({Path("pod"), "pod_", {}});
    case 9:
      return SetStage({{Path("env"), FieldKind::kText, "",
                        *ValueTemplate::Parse("prod-{{ .status }}", NameScope())}});
    case 10:
      return SchemaStage(SchemaStandard::kEcs);
    case 11:
      return Throttling(ThrottleAction::kDrop);
    default:
      return ReplaceStage({{Path("http.path")}, *Regex::Compile("/user/[0-9]+"), "/user/:id"});
  }
}

constexpr const char* kNames[] = {
    "drop",    "cast int", "cast duration", "rename", "lowercase",     "sample", "throttle delay",
    "flatten", "nest",     "set",           "schema", "throttle drop", "replace"};

// The whole way of a batch: its stages, and the writing of what they leave.
void RunStages(benchmark::State& state, std::vector<StageMaker> makers) {
  MetricRegistry registry;
  FlowCounters flow(registry, {"source"});
  Counter counter;
  CompiledPipeline pipeline;
  for (StageMaker& make : makers) {
    StageSpec& spec = pipeline.stages.emplace_back();
    spec.make = std::move(make);
    pipeline.counters.push_back({&counter, &counter, &counter});
  }
  pipeline.reserved = NamesOfDocuments();
  const RecordBatch batch = Lines();
  PipelineRun run(flow);
  ParsedBodies bodies;
  const auto no_labels = [](std::string_view) { return std::string_view(); };
  size_t bytes = 0;
  for (auto _ : state) {
    run.Run(pipeline, batch, no_labels, {kTime, {}, 1}, bodies);
    bytes += bodies.arena.size();
  }
  benchmark::DoNotOptimize(bytes);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRecords));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(batch.body_bytes));
}

// Parsing and writing alone: what the others are to be compared with.
void BM_ParseAndWrite(benchmark::State& state) { RunStages(state, {ParseJson()}); }

void BM_OneStage(benchmark::State& state) {
  RunStages(state, {ParseJson(), One(state.range(0))});
  state.SetLabel(kNames[state.range(0)]);
}

void BM_TenStages(benchmark::State& state) {
  std::vector<StageMaker> makers = {ParseJson()};
  for (int64_t which = 0; which < 10; ++which) makers.push_back(One(which));
  RunStages(state, std::move(makers));
}

BENCHMARK(BM_ParseAndWrite);
BENCHMARK(BM_OneStage)->DenseRange(0, 12);
BENCHMARK(BM_TenStages);

}  // namespace
}  // namespace tailrace
