// What does a parser of a fixed format cost for a line, in batches as the worker calls it? Lines of
// one shape with changing values, one core; `ns_per_line` is the figure to quote. Beside each
// stands what RE2 takes for the same line by a regular expression with the same captures.
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
#include "parsers/patterns/capture_format.h"
#include "parsers/patterns/pattern_library.h"

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

constexpr std::string_view kLogfmtShape =
    "time=2026-##-1#T1#:3#:2#Z level=info msg=\"@ request @\" method=GET path=/@/@ "
    "status=2## took=##.#ms user=@ trace=########";
constexpr std::string_view kKlogShape =
    "I0#1# 1#:2#:3#.######   1#### @.go:##] Syncing @/@ took ##.#ms";
constexpr std::string_view kRfc5424Shape =
    "<165>1 2026-01-1#T12:3#:2#.######Z @.example.com @ #### ID## - @ @ @ took ## ms";
constexpr std::string_view kCombinedShape =
    "10.#.##.1#1 - - [1#/Jan/2026:1#:3#:2# +0000] \"GET /@/@?@=## HTTP/1.1\" 200 #### "
    "\"https://@.example.com/@\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.## @\"";

void RunPattern(benchmark::State& state, const LinePattern& pattern, std::string_view shape) {
  const FormatMaker make = CaptureFormat(pattern);
  const std::unique_ptr<Format> format = make();
  const Lines made = MakeLines(shape);
  Run(state, *format, made.lines);
}

// As one writes it by what delimits the fields.
LinePattern Combined() {
  return LinePattern::Compile(
             R"re(^(?P<addr>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>\S+) )re"
             R"re((?P<path>\S+) HTTP/(?P<http>\S+)" (?P<status>\d+) (?P<bytes>\d+) )re"
             R"re("(?P<referrer>[^"]*)" "(?P<agent>[^"]*)"$)re")
      .value();
}

// As Logstash's users have it, which looks at every part of the address and of the time.
void ParseCombinedApacheLog(benchmark::State& state) {
  const absl::StatusOr<LinePattern> pattern =
      PatternLibrary::BuiltIn(GrokNames::kEcs).Compile("^%{COMBINEDAPACHELOG}");
  RunPattern(state, *pattern, kCombinedShape);
}

void ParseNginxCombined(benchmark::State& state) {
  const LinePattern pattern = Combined();
  if (pattern.engine() != PatternEngine::kScanner) state.SkipWithError("no scanner was built");
  RunPattern(state, pattern, kCombinedShape);
}

void ParseNginxCombinedOnRe2(benchmark::State& state) {
  RunPattern(state, Combined().OnRe2(), kCombinedShape);
}

void ParseLogfmt(benchmark::State& state) {
  LogfmtFormat format;
  const Lines made = MakeLines(kLogfmtShape);
  Run(state, format, made.lines);
}

void ParseLogfmtOnRe2(benchmark::State& state) {
  const std::string pattern =
      R"re(^time=(?P<time>\S+) level=(?P<level>\S+) msg="(?P<msg>[^"]*)" method=(?P<method>\S+) )re"
      R"(path=(?P<path>\S+) status=(?P<status>\S+) took=(?P<took>\S+) user=(?P<user>\S+) )"
      R"(trace=(?P<trace>\S+)$)";
  RunPattern(state, LinePattern::Compile(pattern).value().OnRe2(), kLogfmtShape);
}

void ParseKlog(benchmark::State& state) {
  KlogFormat format;
  const Lines made = MakeLines(kKlogShape);
  Run(state, format, made.lines);
}

void ParseKlogOnRe2(benchmark::State& state) {
  const std::string pattern =
      R"(^(?P<level>[IWEF])(?P<time>\d{4} \d\d:\d\d:\d\d\.\d+)\s+(?P<id>\d+) (?P<file>[^:\s]+):)"
      R"((?P<line>\d+)\] (?P<message>.*)$)";
  RunPattern(state, LinePattern::Compile(pattern).value().OnRe2(), kKlogShape);
}

void ParseKlogStructured(benchmark::State& state) {
  KlogFormat format;
  Run(state, format,
      MakeLines("I0#1# 1#:2#:3#.######   1#### @.go:##] \"Syncing @\" pod=\"@/@\" took=\"##.#ms\"")
          .lines);
}

void ParseRfc5424(benchmark::State& state) {
  SyslogFormat format;
  const Lines made = MakeLines(kRfc5424Shape);
  Run(state, format, made.lines);
}

void ParseRfc5424OnRe2(benchmark::State& state) {
  const std::string pattern =
      R"(^<(?P<pri>\d{1,3})>(?P<version>\d) (?P<time>\S+) (?P<host>\S+) (?P<app>\S+) (?P<pid>\S+) )"
      R"((?P<msgid>\S+) (?:-|(?P<sd>\[.*\])) (?P<message>.*)$)";
  RunPattern(state, LinePattern::Compile(pattern).value().OnRe2(), kRfc5424Shape);
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

BENCHMARK(ParseNginxCombined);
BENCHMARK(ParseNginxCombinedOnRe2);
BENCHMARK(ParseCombinedApacheLog);
BENCHMARK(ParseLogfmt);
BENCHMARK(ParseLogfmtOnRe2);
BENCHMARK(ParseKlog);
BENCHMARK(ParseKlogOnRe2);
BENCHMARK(ParseKlogStructured);
BENCHMARK(ParseRfc5424);
BENCHMARK(ParseRfc5424OnRe2);
BENCHMARK(ParseRfc5424StructuredData);
BENCHMARK(ParseRfc3164);
BENCHMARK(ParseJson);

}  // namespace
}  // namespace tailrace
