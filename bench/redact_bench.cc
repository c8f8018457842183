// What does redaction with all detectors cost a line, beside what parsing it as JSON and writing
// its fields anew costs? The bench corpus has no secrets but the addresses of the nginx lines;
// `Hits` has one line in ten with a secret. One core; `ns_per_line` is the figure to quote.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/record_batch.h"
#include "agent/json/json_escape.h"
#include "agent/redact/clue_kernels.h"
#include "agent/redact/redactor.h"
#include "bench/corpus.h"
#include "parsers/formats/json_format.h"

namespace tailrace {
namespace {

constexpr size_t kLines = 10'000;

enum class Work : uint8_t { kParse, kParseRedact, kParseEncode, kParseRedactEncode };

RedactOptions AllDetectors() {
  RedactOptions options;
  options.detectors = DetectorSet::All();
  return options;
}

// As an encoder does: names and values, texts escaped.
size_t Encode(const FieldList& fields, std::string& out) {
  size_t size = 0;
  for (const Field& field : fields) {
    out.resize(field.name.size() + EscapeBound(field.value.size()));
    char* end = EscapeTo(out.data(), field.name);
    if (field.kind == FieldKind::kText) {
      end = EscapeTo(end, field.value);
    } else {
      end += field.value.copy(end, field.value.size());
    }
    size += static_cast<size_t>(end - out.data());
  }
  benchmark::DoNotOptimize(out.data());
  return size;
}

void Report(benchmark::State& state, size_t lines, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["ns_per_line"] = benchmark::Counter(
      static_cast<double>(lines) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void RunJson(benchmark::State& state, Work work) {
  const std::string corpus = MakeCorpus(CorpusKind::kJson, kLines * 378);
  const std::vector<std::string_view> lines = SplitLines(corpus);
  JsonFormat format;
  absl::StatusOr<Redactor> redactor = Redactor::Compile(AllDetectors());
  std::vector<FieldList> fields(kBatchRecordsMax);
  std::vector<ParseJob> jobs(kBatchRecordsMax);
  ByteArena arena;
  std::string out;
  size_t done = 0, bytes = 0, hits = 0;
  for (auto _ : state) {
    for (size_t first = 0; first + kBatchRecordsMax <= lines.size(); first += kBatchRecordsMax) {
      arena.Clear();
      for (size_t i = 0; i < kBatchRecordsMax; ++i) {
        fields[i].clear();
        jobs[i] = {.text = lines[first + i], .fields = &fields[i]};
        bytes += lines[first + i].size();
      }
      format.Parse(jobs, arena);
      for (size_t i = 0; i < kBatchRecordsMax; ++i) {
        FieldList& record = fields[i];
        if (work == Work::kParseRedact || work == Work::kParseRedactEncode) {
          hits += redactor->Redact(record, arena, lines[first + i]).empty() ? 0 : 1;
        }
        if (work >= Work::kParseEncode) benchmark::DoNotOptimize(Encode(record, out));
      }
      done += kBatchRecordsMax;
    }
  }
  Report(state, done, bytes);
  state.counters["hits"] = static_cast<double>(hits) / static_cast<double>(done);
}

void RunText(benchmark::State& state, CorpusKind kind, std::string_view tenth) {
  const std::string corpus = MakeCorpus(kind, kLines * 300);
  std::vector<std::string> lines;
  for (const std::string_view line : SplitLines(corpus)) {
    lines.emplace_back(line);
    if (lines.size() % 10 == 0) lines.back() += tenth;
  }
  absl::StatusOr<Redactor> redactor = Redactor::Compile(AllDetectors());
  ByteArena arena;
  FieldList fields(1);
  size_t bytes = 0, hits = 0, done = 0;
  for (auto _ : state) {
    arena.Clear();
    for (const std::string& line : lines) {
      fields[0] = {"message", line};
      hits += redactor->Redact(fields, arena, line).empty() ? 0 : 1;
      bytes += line.size();
    }
    done += lines.size();
  }
  Report(state, done, bytes);
  state.counters["hits"] = static_cast<double>(hits) / static_cast<double>(done);
}

void RunKernel(benchmark::State& state, const ClueKernel& kernel) {
  const std::string corpus = MakeCorpus(CorpusKind::kText, kLines * 324);
  const std::vector<std::string_view> lines = SplitLines(corpus);
  for (auto _ : state) {
    for (const std::string_view line : lines) benchmark::DoNotOptimize(kernel.find(line));
  }
  Report(state, lines.size() * state.iterations(), corpus.size() * state.iterations());
}

const int kRegistered = [] {
  for (const ClueKernel* kernel : SupportedClueKernels()) {
    benchmark::RegisterBenchmark((std::string("Prefilter/") + kernel->name).c_str(),
                                 [kernel](benchmark::State& state) { RunKernel(state, *kernel); });
  }
  return 0;
}();

BENCHMARK_CAPTURE(RunJson, Parse, Work::kParse);
BENCHMARK_CAPTURE(RunJson, ParseRedact, Work::kParseRedact);
BENCHMARK_CAPTURE(RunJson, ParseEncode, Work::kParseEncode);
BENCHMARK_CAPTURE(RunJson, ParseRedactEncode, Work::kParseRedactEncode);
BENCHMARK_CAPTURE(RunText, Text, CorpusKind::kText, "");
BENCHMARK_CAPTURE(RunText, TextHits, CorpusKind::kText, " card 4111 1111 1111 1111");
BENCHMARK_CAPTURE(RunText, Nginx, CorpusKind::kNginx, "");

}  // namespace
}  // namespace tailrace
