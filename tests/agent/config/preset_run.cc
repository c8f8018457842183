#include "tests/agent/config/preset_run.h"

#include <gtest/gtest.h>

#include "agent/config/inline_parser.h"
#include "agent/config/preset_library.h"
#include "parsers/multiline_rules.h"
#include "parsers/multiline_state.h"
#include "parsers/timestamp.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using Json = nlohmann::ordered_json;

std::string Padded(std::string_view text) {
  return std::string(text) + std::string(kTextPaddingBytes, ':');
}

std::vector<std::string> EventsOf(const ParserPlan& plan, const std::vector<std::string>& lines) {
  if (plan.multiline() == nullptr) return lines;
  const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(*plan.multiline());
  EXPECT_TRUE(rules.ok());
  std::vector<std::string> events;
  MultilineState state;
  for (const std::string& line : lines) {
    const std::string padded = Padded(line);
    const LineRole role = state.Next(*rules, std::string_view(padded).substr(0, line.size()));
    const bool joins = role == LineRole::kContinues || role == LineRole::kEnds;
    if (joins && !events.empty()) {
      events.back() += "\n" + line;
    } else {
      events.push_back(line);
    }
  }
  return events;
}

Json ValueOf(const Field& field) {
  switch (field.kind) {
    case FieldKind::kText:
      return std::string(field.value);
    case FieldKind::kJsonString:
      return Json::parse("\"" + std::string(field.value) + "\"");
    default:
      return Json::parse(field.value);
  }
}

Json DocumentOf(const ChainJob& job) {
  Json document = Json::object();
  if (!job.parsed()) return {{"message", std::string(job.text)}};
  for (const Field& field : *job.fields) {
    const std::string name(field.name);
    EXPECT_FALSE(document.contains(name)) << name << " stands twice: " << job.text;
    document[name] = ValueOf(field);
  }
  if (job.time != ChainTime::kRead) return document;
  char time[kUtcTimeBytes];
  FormatUtc(job.time_nanos, time);
  document["@timestamp"] = std::string(time, kUtcTimeBytes);
  return document;
}

}  // namespace

std::vector<ParsedRecord> RunParser(const ParserPlanPtr& plan,
                                    const std::vector<std::string>& lines, int64_t now_nanos) {
  const std::vector<std::string> events = EventsOf(*plan, lines);
  std::vector<std::string> padded;
  for (const std::string& event : events) padded.push_back(Padded(event));
  std::vector<FieldList> fields(events.size());
  std::vector<ChainJob> jobs;
  for (size_t i = 0; i < events.size(); ++i) {
    jobs.push_back({.text = std::string_view(padded[i]).substr(0, events[i].size()),
                    .reference_nanos = now_nanos,
                    .fields = &fields[i]});
  }
  ParserChain chain(plan);
  ByteArena arena;
  chain.Parse(jobs, arena);
  std::vector<ParsedRecord> records;
  for (const ChainJob& job : jobs) {
    EXPECT_TRUE(job.parsed() || job.fields->empty()) << "a refused text left fields: " << job.text;
    records.push_back({std::string(job.text), job.alternative, DocumentOf(job), job.time});
  }
  return records;
}

ParserPlanPtr PlanOf(std::string_view inline_spec) {
  const LoadEnvironment environment = MakeEnvironment();
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  ParserPlanPtr plan = ParseInlineSpec(context, presets, "--as", inline_spec).plan;
  EXPECT_NE(plan, nullptr) << diagnostics.Render();
  return plan;
}

int64_t NanosOf(std::string_view rfc3339) {
  TimestampReader reader;
  return reader.Parse(rfc3339).value_or(0);
}

std::vector<std::string> LinesOfText(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace tailrace
