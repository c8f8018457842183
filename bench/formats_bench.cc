// What does a parser of a fixed format cost for a line, in batches as the worker calls it? Lines of
// one shape with changing values, one core; `ns_per_line` is the figure to quote.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/record_batch.h"
#include "bench/corpus.h"
#include "parsers/formats/json_format.h"
#include "parsers/formats/klog_format.h"
#include "parsers/formats/logfmt_format.h"
#include "parsers/formats/syslog_format.h"

namespace tailrace {
namespace {

constexpr size_t kLines = 10'000;

// `shape` with each '#' replaced by a random digit other than 0, and each '@' by 1 to 8 letters.
std::string FillIn(std::string_view shape, std::minstd_rand& random) {
  std::string line;
  for (const char c : shape) {
    if (c == '#') {
      line += static_cast<char>('1' + random() % 9);
    } else if (c == '@') {
      for (size_t i = random() % 8 + 1; i > 0; --i) line += static_cast<char>('a' + random() % 26);
    } else {
      line += c;
    }
  }
  return line;
}

struct Lines {
  std::string text;  // With padding behind it.
  std::vector<std::string_view> lines;
};

Lines MakeLines(std::string_view shape) {
  std::minstd_rand random(1);
  Lines made;
  std::vector<size_t> ends;
  for (size_t i = 0; i < kLines; ++i) {
    made.text += FillIn(shape, random);
    ends.push_back(made.text.size());
  }
  made.text.append(kTextPaddingBytes, ' ');
  size_t begin = 0;
  for (const size_t end : ends) {
    made.lines.push_back(std::string_view(made.text).substr(begin, end - begin));
    begin = end;
  }
  return made;
}

void Run(benchmark::State& state, Format& format, const std::vector<std::string_view>& lines) {
  std::vector<FieldList> fields(kBatchRecordsMax);
  std::vector<ParseJob> jobs(kBatchRecordsMax);
  ByteArena arena;
  size_t parsed = 0, bytes = 0, values = 0;
  for (auto _ : state) {
    for (size_t first = 0; first + kBatchRecordsMax <= lines.size(); first += kBatchRecordsMax) {
      arena.Clear();
      for (size_t i = 0; i < kBatchRecordsMax; ++i) {
        fields[i].clear();
        jobs[i] = {.text = lines[first + i], .fields = &fields[i]};
        bytes += lines[first + i].size();
      }
      format.Parse(jobs, arena);
      for (const ParseJob& job : jobs) {
        parsed += job.parsed ? 1 : 0;
        values += job.fields->size();
      }
    }
  }
  if (parsed == 0) state.SkipWithError("nothing was parsed");
  const auto count = static_cast<double>(parsed);
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["fields"] = static_cast<double>(values) / count;
  state.counters["bytes_per_line"] = static_cast<double>(bytes) / count;
  state.counters["ns_per_line"] =
      benchmark::Counter(count * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void ParseLogfmt(benchmark::State& state) {
  LogfmtFormat format;
  Run(state, format,
      MakeLines("time=2026-##-1#T1#:3#:2#Z level=info msg=\"@ request @\" method=GET path=/@/@ "
                "status=2## took=##.#ms user=@ trace=########")
          .lines);
}

void ParseKlog(benchmark::State& state) {
  KlogFormat format;
  Run(state, format,
      MakeLines("I0#1# 1#:2#:3#.######   1#### @.go:##] Syncing @/@ took ##.#ms").lines);
}

void ParseKlogStructured(benchmark::State& state) {
  KlogFormat format;
  Run(state, format,
      MakeLines("I0#1# 1#:2#:3#.######   1#### @.go:##] \"Syncing @\" pod=\"@/@\" took=\"##.#ms\"")
          .lines);
}

void ParseRfc5424(benchmark::State& state) {
  SyslogFormat format;
  Run(state, format,
      MakeLines("<165>1 2026-01-1#T12:3#:2#.######Z @.example.com @ #### ID## - @ @ @ took ## ms")
          .lines);
}

void ParseRfc5424StructuredData(benchmark::State& state) {
  SyslogFormat format;
  Run(state, format,
      MakeLines("<165>1 2026-01-1#T12:3#:2#.######Z @.example.com @ #### ID## "
                "[origin@32473 ip=\"192.0.2.#\" user=\"@\"] @ @ @ took ## ms")
          .lines);
}

void ParseRfc3164(benchmark::State& state) {
  SyslogFormat format;
  Run(state, format, MakeLines("<34>Oct 1# 12:3#:2# @ @[####]: @ @ @ took ## ms").lines);
}

void ParseJson(benchmark::State& state) {
  JsonFormat format;
  const std::string corpus = MakeCorpus(CorpusKind::kJson, kLines * 378);
  Run(state, format, SplitLines(corpus));
}

BENCHMARK(ParseLogfmt);
BENCHMARK(ParseKlog);
BENCHMARK(ParseKlogStructured);
BENCHMARK(ParseRfc5424);
BENCHMARK(ParseRfc5424StructuredData);
BENCHMARK(ParseRfc3164);
BENCHMARK(ParseJson);

}  // namespace
}  // namespace tailrace
