#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/cli/commands.h"
#include "agent/cli/explanation.h"
#include "agent/cli/plan_options.h"
#include "agent/cli/stream_choice.h"
#include "agent/config/load_config.h"
#include "agent/pipeline/rehearsal.h"

namespace tailrace {
namespace {

constexpr int64_t kTextBytesMax = int64_t{1} << 30;

// What is explained: a text, where it begins in its stream, and the stream.
struct Subject {
  std::string text;
  int64_t offset = 0;
  StreamInfoPtr stream;
};

// FILE or FILE:OFFSET; a file of the whole name wins.
std::pair<std::string, int64_t> SplitOffset(const std::string& file) {
  const size_t colon = file.rfind(':');
  if (colon == std::string::npos || ::access(file.c_str(), F_OK) == 0) return {file, 0};
  const std::string digits = file.substr(colon + 1);
  const bool number = !digits.empty() && digits.size() < 18 &&
                      std::all_of(digits.begin(), digits.end(),
                                  [](unsigned char c) { return c >= '0' && c <= '9'; });
  if (!number) return {file, 0};
  return {file.substr(0, colon), std::stoll(digits)};
}

absl::StatusOr<Subject> ReadSubject(const Config& config, const ExplainOptions& options) {
  ASSIGN_OR_RETURN(const StreamLabels labels, ParseStreamLabels(options.labels));
  ASSIGN_OR_RETURN(const SourceId source, ChooseSource(config, options.source));
  Subject subject;
  if (options.file.empty()) {
    subject.text.assign(std::istreambuf_iterator<char>(std::cin), {});
    subject.stream = MakeStream(config, source, labels, FormatOf(config, source, subject.text));
    return subject;
  }
  const auto [path, offset] = SplitOffset(options.file);
  ASSIGN_OR_RETURN(TextFile file, ReadTextFile(path, kTextBytesMax));
  if (offset > static_cast<int64_t>(file.text.size())) {
    return absl::OutOfRangeError(
        Concat({path, " has only ", std::to_string(file.text.size()), " bytes"}));
  }
  subject.text = file.text.substr(static_cast<size_t>(offset));
  subject.offset = offset;
  ASSIGN_OR_RETURN(subject.stream, StreamOfFile(config, source, labels, path));
  return subject;
}

}  // namespace

int ExplainLines(const std::string& config_path, const ExplainOptions& options,
                 const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  const std::optional<Config> config = LoadConfig(config_path, environment, diagnostics);
  if (!config) {
    std::fputs(diagnostics.Render().c_str(), stderr);
    return kExitConfig;
  }
  const absl::StatusOr<Subject> subject = ReadSubject(*config, options);
  if (!subject.ok()) {
    std::fprintf(stderr, "explain: %s\n",
                 std::string(FromAbsl(subject.status().message())).c_str());
    return kExitFailures;
  }
  PlanOptions plan_options = MakePlanOptions(*config);
  plan_options.record_clock = true;
  MetricRegistry registry;
  Plan plan(std::move(plan_options), registry);
  FramerOptions framing = MakeFramerOptions(config->sources[subject->stream->source.value()]);
  framing.format = subject->stream->format;
  const SystemClock clock;
  Rehearsal rehearsal(plan, subject->stream, framing, clock);
  const std::vector<RehearsedRecord> records = rehearsal.Run(subject->text, subject->offset);
  const ExplanationStyle style = options.json              ? ExplanationStyle::kJson
                                 : ::isatty(STDOUT_FILENO) ? ExplanationStyle::kColour
                                                           : ExplanationStyle::kPlain;
  std::fputs(RenderExplanation(*config, records, style).c_str(), stdout);
  return kExitOk;
}

}  // namespace tailrace
