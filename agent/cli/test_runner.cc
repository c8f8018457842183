#include "agent/cli/test_runner.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/cli/document_diff.h"
#include "agent/cli/line_parser.h"
#include "agent/cli/plan_options.h"
#include "agent/cli/stream_choice.h"
#include "agent/config/load_config.h"
#include "agent/pipeline/rehearsal.h"

namespace tailrace {
namespace {

// What became of the lines of a test.
struct Outcome {
  std::map<std::string, std::vector<std::string>, std::less<>> documents;  // By sink.
  std::map<std::string, uint64_t, std::less<>> ended_by;                   // By stage.
};

void AppendDifference(std::string_view where, std::string_view expected, std::string_view got,
                      std::string& report) {
  report += Concat({"  ", where, "\n    exp: ", expected, "\n    got: ", got, "\n"});
}

void CompareLists(std::string_view sink, const std::vector<std::string>& expected,
                  const std::vector<std::string>& got, Exactness exactness, std::string& report) {
  const std::string of_sink = sink.empty() ? "" : Concat({"sink ", sink, ", "});
  for (size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    for (const Difference& difference : CompareDocuments(expected[i], got[i], exactness)) {
      AppendDifference(Concat({of_sink, "document ", std::to_string(i + 1), ": ", difference.path}),
                       difference.expected, difference.got, report);
    }
  }
  for (size_t i = got.size(); i < expected.size(); ++i) {
    AppendDifference(Concat({of_sink, "document ", std::to_string(i + 1)}), expected[i],
                     "(missing)", report);
  }
  for (size_t i = expected.size(); i < got.size(); ++i) {
    AppendDifference(Concat({of_sink, "document ", std::to_string(i + 1)}), "(none)", got[i],
                     report);
  }
}

void CompareCounts(std::string_view what, std::string_view name, uint64_t expected, uint64_t got,
                   std::string& report) {
  if (expected == got) return;
  AppendDifference(Concat({what, name}), std::to_string(expected), std::to_string(got), report);
}

std::string TextOfLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += Concat({line, "\n"});
  return text;
}

}  // namespace

std::unique_ptr<TestRunner> TestRunner::Open(LoadContext& context, const TestFile& file) {
  std::unique_ptr<TestRunner> runner(new TestRunner());
  if (file.config.empty()) {
    PresetLibrary presets;
    runner->parser_ = ParseInlineSpec(context, presets, file.path + ": parser", file.parser);
    return runner->parser_.plan == nullptr ? nullptr : std::move(runner);
  }
  runner->config_ = LoadConfig(file.config, context.environment, context.diagnostics);
  return runner->config_ ? std::move(runner) : nullptr;
}

std::string TestRunner::Run(const PipelineTest& test) {
  return config_ ? RunPipelines(test) : RunParser(test);
}

std::string TestRunner::RunParser(const PipelineTest& test) const {
  std::vector<std::string> got;
  LineParser parser(parser_, [&](std::string json) { got.push_back(std::move(json)); });
  for (const std::string& line : test.lines) parser.TakeLine(line);
  parser.End();
  std::string report;
  const Exactness exactness = test.exact ? Exactness::kExact : Exactness::kMayHaveMore;
  for (const auto& [sink, expected] : test.expect) {
    CompareLists(sink, expected, got, exactness, report);
  }
  return report;
}

std::string TestRunner::RunPipelines(const PipelineTest& test) {
  const absl::StatusOr<SourceId> source = ChooseSource(*config_, test.source);
  if (!source.ok()) return Concat({"  ", FromAbsl(source.status().message()), "\n"});
  const std::string text = TextOfLines(test.lines);
  const FileFormat format = test.format.value_or(FormatOf(*config_, *source, text));
  PlanOptions options = MakePlanOptions(*config_);
  options.record_clock = true;
  Plan plan(std::move(options), registry_);
  FramerOptions framing = MakeFramerOptions(config_->sources[source->value()]);
  framing.format = format;
  const SystemClock clock;
  Rehearsal rehearsal(plan, MakeStream(*config_, *source, test.labels, format), framing, clock);

  Outcome outcome;
  for (const SinkConfig& sink : config_->sinks) outcome.documents[sink.plan.options.name];
  for (const RehearsedRecord& record : rehearsal.Run(text, 0)) {
    if (!record.ended_by.empty()) ++outcome.ended_by[record.ended_by];
    for (const SinkReport& sink : record.sinks) {
      if (sink.dead_letter) continue;
      outcome.documents[config_->sinks[sink.sink.value()].plan.options.name].push_back(
          sink.document);
    }
  }

  std::string report;
  const Exactness exactness = test.exact ? Exactness::kExact : Exactness::kMayHaveMore;
  for (const auto& [sink, expected] : test.expect) {
    const auto found = outcome.documents.find(sink);
    if (found == outcome.documents.end()) {
      report += Concat({"  there is no sink ", sink, "\n"});
    } else {
      CompareLists(sink, expected, found->second, exactness, report);
    }
  }
  for (const auto& [sink, count] : test.counts) {
    CompareCounts("documents in sink ", sink, count, outcome.documents[sink].size(), report);
  }
  for (const auto& [stage, count] : test.dropped_by) {
    CompareCounts("records that end at stage ", stage, count, outcome.ended_by[stage], report);
  }
  return report;
}

}  // namespace tailrace
