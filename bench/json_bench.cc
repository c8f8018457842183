// What does one line of application JSON cost to validate, to index and to splice, and one line of
// text to escape? Lines of bench/corpus.h, one core; `ns_per_line` is the figure to quote.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/json/byte_kernels.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_walker.h"
#include "agent/json/stage_one.h"
#include "bench/corpus.h"

namespace tailrace {
namespace {

constexpr size_t kCorpusBytes = size_t{16} << 20;

struct Lines {
  explicit Lines(CorpusKind kind) : text(MakeCorpus(kind, kCorpusBytes)), lines(SplitLines(text)) {}
  const std::string text;
  const std::vector<std::string_view> lines;
};

void Report(benchmark::State& state, const Lines& corpus) {
  const double lines = static_cast<double>(state.iterations()) * corpus.lines.size();
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * corpus.text.size()));
  state.SetItemsProcessed(static_cast<int64_t>(lines));
  state.counters["ns_per_line"] =
      benchmark::Counter(lines * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void StageOneOnly(benchmark::State& state) {
  const Lines corpus(CorpusKind::kJson);
  StageOne stage;
  for (auto _ : state) {
    for (std::string_view line : corpus.lines) {
      if (!stage.Index(line)) state.SkipWithError("a line of the corpus is invalid");
      benchmark::DoNotOptimize(stage.count());
    }
  }
  Report(state, corpus);
}
BENCHMARK(StageOneOnly);

void WalkJson(benchmark::State& state) {
  const Lines corpus(CorpusKind::kJson);
  JsonWalker walker;
  JsonFields fields;
  for (auto _ : state) {
    for (std::string_view line : corpus.lines) {
      if (walker.Walk(line, fields) != WalkResult::kObject) {
        state.SkipWithError("a line of the corpus is invalid");
      }
      benchmark::DoNotOptimize(fields.all().data());
    }
  }
  Report(state, corpus);
}
BENCHMARK(WalkJson);

void EscapeLines(benchmark::State& state, CorpusKind kind, size_t level) {
  const Lines corpus(kind);
  if (level >= SupportedByteKernels().size()) return state.SkipWithError("not on this processor");
  const ByteKernels& kernels = *SupportedByteKernels()[level];
  state.SetLabel(kernels.name);
  std::string out(EscapeBound(1024), '\0');
  for (auto _ : state) {
    for (std::string_view line : corpus.lines) {
      benchmark::DoNotOptimize(kernels.escape(out.data(), line));
      benchmark::ClobberMemory();
    }
  }
  Report(state, corpus);
}
BENCHMARK_CAPTURE(EscapeLines, text, CorpusKind::kText, 0);
BENCHMARK_CAPTURE(EscapeLines, text_second, CorpusKind::kText, 1);
BENCHMARK_CAPTURE(EscapeLines, text_third, CorpusKind::kText, 2);
BENCHMARK_CAPTURE(EscapeLines, json, CorpusKind::kJson, 0);

}  // namespace
}  // namespace tailrace
