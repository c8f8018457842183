// What does one line of application JSON cost to validate, to index and to splice, and one line of
// text to escape? Lines of bench/corpus.h, one core; `ns_per_line` is the figure to quote.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/byte_kernels.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_walker.h"
#include "agent/json/reserved_names.h"
#include "agent/json/safe_object.h"
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

// No line begins with a name that was seen before: all its names are hashed.
void WalkUnknownNames(benchmark::State& state) {
  const Lines corpus(CorpusKind::kJson);
  std::string text;
  for (size_t i = 0; i < corpus.lines.size(); ++i) {
    text.append("{\"n").append(std::to_string(i)).append("\":1,");
    text.append(corpus.lines[i].substr(1)).append("\n");
  }
  text.reserve(text.size() + kCorpusPadding);
  const std::vector<std::string_view> lines = SplitLines(text);
  JsonWalker walker;
  JsonFields fields;
  for (auto _ : state) {
    for (std::string_view line : lines) {
      if (walker.Walk(line, fields) != WalkResult::kObject) state.SkipWithError("invalid line");
      benchmark::DoNotOptimize(fields.all().data());
    }
  }
  Report(state, corpus);
}
BENCHMARK(WalkUnknownNames);

void WalkAndSplice(benchmark::State& state) {
  const Lines corpus(CorpusKind::kJson);
  constexpr std::string_view kRoots[] = {"container", "host", "labels", "orchestrator"};
  constexpr std::string_view kHead = "{\"@timestamp\":\"2024-05-01T08:00:00Z\",";
  const ReservedNames reserved(kRoots);
  JsonWalker walker;
  JsonFields fields;
  SafeObjectBuilder builder;
  std::string out(4096, '\0');
  for (auto _ : state) {
    for (std::string_view line : corpus.lines) {
      if (walker.Walk(line, fields) != WalkResult::kObject) {
        state.SkipWithError("a line of the corpus is invalid");
      }
      const SafeObject object = builder.Build(line, fields, reserved, EventUse::kExtract);
      std::memcpy(out.data(), kHead.data(), kHead.size());
      std::memcpy(out.data() + kHead.size(), object.members.data(), object.members.size());
      benchmark::ClobberMemory();
    }
  }
  Report(state, corpus);
}
BENCHMARK(WalkAndSplice);

// The same with a member that must be moved, and with a name that stands twice, in every line.
void WalkAndMend(benchmark::State& state, std::string_view member) {
  const Lines corpus(CorpusKind::kJson);
  std::string text;
  for (std::string_view line : corpus.lines) {
    text.append(line.substr(0, line.size() - 1)).append(",").append(member).append("}\n");
  }
  text.reserve(text.size() + kCorpusPadding);
  const std::vector<std::string_view> lines = SplitLines(text);
  const ReservedNames reserved;
  JsonWalker walker;
  JsonFields fields;
  SafeObjectBuilder builder;
  for (auto _ : state) {
    for (std::string_view line : lines) {
      if (walker.Walk(line, fields) != WalkResult::kObject) state.SkipWithError("invalid line");
      benchmark::DoNotOptimize(builder.Build(line, fields, reserved, EventUse::kExtract));
    }
  }
  Report(state, corpus);
}
BENCHMARK_CAPTURE(WalkAndMend, moved, "\"log\":{\"level\":\"info\"}");
BENCHMARK_CAPTURE(WalkAndMend, duplicate, "\"level\":\"info\"");

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
