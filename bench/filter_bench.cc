// What does a filter of a stage cost for a record, in batches as the worker calls it? Records of a
// JSON log with 11 fields whose values change, one core; `ns_per_record` is the figure to quote.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/check.h"
#include "agent/event/record_batch.h"
#include "agent/lang/compiled_filter.h"
#include "agent/lang/value_template.h"
#include "bench/corpus.h"
#include "parsers/formats/json_format.h"

namespace tailrace {
namespace {

// Four batches, which stay in the cache, as a batch does that was parsed just before.
constexpr size_t kCorpusBytes = 400'000;

// A corpus that was parsed, in batches.
class Records {
 public:
  Records() : text_(MakeCorpus(CorpusKind::kJson, kCorpusBytes)) {
    const std::vector<std::string_view> lines = SplitLines(text_);
    std::vector<ParseJob> jobs(kBatchRecordsMax);
    JsonFormat format;
    for (size_t first = 0; first + kBatchRecordsMax <= lines.size(); first += kBatchRecordsMax) {
      std::vector<FieldList>& batch = batches_.emplace_back(kBatchRecordsMax);
      for (size_t i = 0; i < kBatchRecordsMax; ++i) {
        jobs[i] = {.text = lines[first + i], .fields = &batch[i]};
      }
      format.Parse(jobs, arena_);
    }
    CHECK(!batches_.empty());
  }

  const std::vector<std::vector<FieldList>>& batches() const { return batches_; }

 private:
  std::string text_;
  ByteArena arena_;
  std::vector<std::vector<FieldList>> batches_;
};

const Records& Parsed() {
  static const Records records;
  return records;
}

std::string_view LabelOf(std::string_view label) { return label == "namespace" ? "shop" : ""; }

void ReportPerRecord(benchmark::State& state, double records) {
  state.counters["ns_per_record"] =
      benchmark::Counter(records * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Match(benchmark::State& state, std::string_view text) {
  const CompiledFilter filter = *CompiledFilter::Compile(*Filter::Parse(text), {});
  const StreamFilter of_stream = filter.BindStream(LabelOf);
  const RecordMask all = RecordMask::FirstOnes(kBatchRecordsMax);
  FilterScratch scratch;
  double records = 0, matched = 0;
  for (auto _ : state) {
    for (const std::vector<FieldList>& batch : Parsed().batches()) {
      matched += static_cast<double>(filter.Match(of_stream, batch, all, scratch).size());
      records += static_cast<double>(kBatchRecordsMax);
    }
  }
  state.counters["matched_percent"] = 100 * matched / records;
  ReportPerRecord(state, records);
}

void Render(benchmark::State& state, std::string_view text) {
  const ValueTemplate value = *ValueTemplate::Parse(text, {});
  ByteArena arena;
  double records = 0, bytes = 0;
  for (auto _ : state) {
    for (const std::vector<FieldList>& batch : Parsed().batches()) {
      arena.Clear();
      for (const FieldList& record : batch) {
        bytes += static_cast<double>(value.Render(record, LabelOf, arena).size());
      }
      records += static_cast<double>(kBatchRecordsMax);
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  ReportPerRecord(state, records);
}

void MatchTwoTexts(benchmark::State& state) {
  Match(state, R"(level="debug" and http.path="/healthz")");
}
void MatchMessageOrLevel(benchmark::State& state) {
  Match(state, R"(msg=~".*(timeout|exceeded).*" or level="error")");
}
void MatchStatusOrLatency(benchmark::State& state) {
  Match(state, "http.status >= 500 or latency_ms > 900");
}
void MatchBytesOfALabel(benchmark::State& state) {
  Match(state, R"(namespace="shop" and bytes < 10KiB)");
}
void MatchRegex(benchmark::State& state) { Match(state, R"(logger=~"com\\.acme\\.[a-m]+\\..*")"); }

void RenderOneField(benchmark::State& state) { Render(state, "user-{{ .user_id }}"); }
void RenderLabelAndFields(benchmark::State& state) {
  Render(state, "{{ namespace }}/{{ .http.method }} {{ .http.path }}");
}

BENCHMARK(MatchTwoTexts);
BENCHMARK(MatchMessageOrLevel);
BENCHMARK(MatchStatusOrLatency);
BENCHMARK(MatchBytesOfALabel);
BENCHMARK(MatchRegex);
BENCHMARK(RenderOneField);
BENCHMARK(RenderLabelAndFields);

}  // namespace
}  // namespace tailrace
