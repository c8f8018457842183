// What does framing cost for a line, as the worker calls it: a segment of 256 KiB at a time, cut in
// the middle of a line, in batches? Lines of bench/corpus.h, one core; `ns_per_line` is the figure
// to quote, beside the limit: a loop that only finds the newlines.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "agent/event/record_batch.h"
#include "agent/event/slab.h"
#include "bench/corpus.h"
#include "parsers/framer.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr size_t kCorpusBytes = size_t{16} << 20;

void Report(benchmark::State& state, const std::string& text) {
  const auto lines = static_cast<double>(std::count(text.begin(), text.end(), '\n')) *
                     static_cast<double>(state.iterations());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["ns_per_line"] =
      benchmark::Counter(lines * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void FindNewlines(benchmark::State& state) {
  const std::string text = MakeCorpus(CorpusKind::kCriJson, kCorpusBytes);
  for (auto _ : state) {
    size_t lines = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (const void* newline = std::memchr(at, '\n', static_cast<size_t>(end - at))) {
      at = static_cast<const char*>(newline) + 1;
      ++lines;
    }
    benchmark::DoNotOptimize(lines);
  }
  Report(state, text);
}
BENCHMARK(FindNewlines);

// Returns a sum over the records, so that nothing of them can be left out.
size_t FrameAll(Framer& framer, std::string_view text, RecordBatch& batch) {
  size_t sum = 0;
  while (!text.empty()) {
    std::string_view segment = text.substr(0, kSlabBytes);
    text.remove_prefix(segment.size());
    while (!segment.empty()) {
      batch.Clear();
      batch.segment = segment.data();
      segment.remove_prefix(framer.Frame(segment, batch));
      sum += batch.size() + batch.body_bytes;
    }
  }
  return sum;
}

void FrameText(benchmark::State& state, FileFormat format, const std::string& text) {
  FramerOptions options;
  options.format = format;
  HeldPieces held;
  Framer framer(FileId(1), options, 0, &held);
  RecordBatch batch;
  for (auto _ : state) benchmark::DoNotOptimize(FrameAll(framer, text, batch));
  Report(state, text);
}

void FrameRaw(benchmark::State& state) {
  FrameText(state, FileFormat::kRaw, MakeCorpus(CorpusKind::kNginx, kCorpusBytes));
}
BENCHMARK(FrameRaw);

void FrameCri(benchmark::State& state) {
  FrameText(state, FileFormat::kCri, MakeCorpus(CorpusKind::kCriJson, kCorpusBytes));
}
BENCHMARK(FrameCri);

// Every line's time as podman writes it, with an offset of hours.
void FrameCriOtherTimes(benchmark::State& state) {
  const std::string corpus = MakeCorpus(CorpusKind::kCriJson, kCorpusBytes);
  std::string text;
  for (const std::string_view line : SplitLines(corpus)) {
    text.append(line.substr(0, 29)).append("+02:00").append(line.substr(30)).push_back('\n');
  }
  FrameText(state, FileFormat::kCri, text);
}
BENCHMARK(FrameCriOtherTimes);

// Every line in a P and an F.
void FrameCriPieces(benchmark::State& state) {
  const std::string corpus = MakeCorpus(CorpusKind::kCriJson, kCorpusBytes);
  std::string text;
  for (const std::string_view line : SplitLines(corpus)) {
    std::string first(line.substr(0, 200));
    first[38] = 'P';
    text.append(first).append("\n").append(line.substr(0, 40)).append(line.substr(200));
    text.push_back('\n');
  }
  FrameText(state, FileFormat::kCri, text);
}
BENCHMARK(FrameCriPieces);

void FrameDocker(benchmark::State& state) {
  const std::string corpus = MakeCorpus(CorpusKind::kCriText, kCorpusBytes);
  std::string text;
  for (const std::string_view line : SplitLines(corpus)) {
    text.append("{\"log\":\"");
    for (const char byte : line.substr(40)) {
      if (byte != '"' && byte != '\\' && static_cast<unsigned char>(byte) >= 0x20) text += byte;
    }
    text.append("\\n\",\"stream\":\"stdout\",\"time\":\"").append(line.substr(0, 30));
    text.append("\"}\n");
  }
  FrameText(state, FileFormat::kDocker, text);
}
BENCHMARK(FrameDocker);

}  // namespace
}  // namespace tailrace
