#include "parsers/chain/parser_chain.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "parsers/chain/parser_speed.h"
#include "parsers/timestamp.h"
#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

ParserSpec Plain(std::string name, PlainFormat format) {
  return {.name = std::move(name), .parser = format, .types = {}};
}
ParserSpec OfRegex(std::string pattern, FieldTypes types = {}) {
  return {.name = "regex", .parser = RegexSpec{std::move(pattern)}, .types = std::move(types)};
}
ParserSpec OfPreset(PresetSpec preset) {
  const std::string name = preset.name;
  return {
      .name = name, .parser = std::make_shared<const PresetSpec>(std::move(preset)), .types = {}};
}

ParserPlanPtr Compiled(const std::vector<ParserSpec>& specs) {
  return ParserPlan::Compile(specs).value();
}

constexpr int64_t kNow = 1'781'524'800'000'000'000;  // 2026-06-15T12:00:00Z

// "ALTERNATIVE FIELDS [TIME]", one a text; "refused" for those that no parser takes.
std::vector<std::string> ResultsOf(const ParserPlanPtr& plan,
                                   const std::vector<std::string>& texts) {
  std::vector<std::string> padded;
  for (const std::string& text : texts)
    padded.push_back(text + std::string(kTextPaddingBytes, '='));
  std::vector<FieldList> fields(texts.size());
  std::vector<ChainJob> jobs;
  for (size_t i = 0; i < texts.size(); ++i) {
    jobs.push_back({.text = std::string_view(padded[i]).substr(0, texts[i].size()),
                    .reference_nanos = kNow,
                    .fields = &fields[i]});
  }
  ParserChain chain(plan);
  ByteArena arena;
  chain.Parse(jobs, arena);
  std::vector<std::string> results;
  for (const ChainJob& job : jobs) {
    std::string result = job.parsed() ? std::to_string(job.alternative) : "refused";
    result += " " + ToJson(*job.fields).dump();
    char time[kUtcTimeBytes];
    FormatUtc(job.time_nanos, time);
    if (job.time == ChainTime::kRead) result += " " + std::string(time, 19);
    if (job.time == ChainTime::kUnreadable) result += " unreadable";
    results.push_back(result);
  }
  return results;
}

using Texts = std::vector<std::string>;

TEST(ParserChain, GivesEachTextOfABatchToTheFirstParserThatTakesIt) {
  const ParserPlanPtr plan =
      Compiled({Plain("json", PlainFormat::kJson), Plain("logfmt", PlainFormat::kLogfmt),
                Plain("none", PlainFormat::kNone)});
  EXPECT_EQ(ResultsOf(plan, {"a=b", "x", R"({"c":1})", "", "d=e f"}),
            (Texts{R"(1 {"a":"b"})", "2 {}", R"(0 {"c":1})", "2 {}", R"(1 {"d":"e","f":true})"}));
}

TEST(ParserChain, LeavesATextThatAllRefuseAlone) {
  const ParserPlanPtr plan =
      Compiled({OfRegex("^(?P<a>\\d+)$"), Plain("json", PlainFormat::kJson)});
  EXPECT_EQ(ResultsOf(plan, {"x", R"({"a":)"}), (Texts{"refused {}", "refused {}"}));
}

TEST(ParserChain, TypesTheTextsOfEveryFormat) {
  ParserSpec logfmt = Plain("logfmt", PlainFormat::kLogfmt);
  logfmt.types = {{"a", CaptureType::kInt}, {"b", CaptureType::kBool}};
  EXPECT_EQ(ResultsOf(Compiled({logfmt, OfRegex("(?P<n>.+)", {{"n", CaptureType::kFloat}})}),
                      {"a=07 b=TRUE c=7", "1.5", "x"}),
            (Texts{R"(0 {"a":7,"b":true,"c":"7"})", R"(1 {"n":1.5})", R"(1 {"n":"x"})"}));
}

TEST(ParserChain, MarksTheFieldsThatTheConfigNames) {
  const ParserPlanPtr plan =
      Compiled({OfRegex("^(?P<a>x)$"),
                {.name = "csv", .parser = CsvOptions{.columns = {"b", "c"}}, .types = {}},
                Plain("logfmt", PlainFormat::kLogfmt)});
  const std::string text = std::string("x1,2d=e") + std::string(kTextPaddingBytes, ' ');
  const std::string_view view = text;
  std::vector<FieldList> fields(3);
  std::vector<ChainJob> jobs = {{.text = view.substr(0, 1), .fields = &fields[0]},
                                {.text = view.substr(1, 3), .fields = &fields[1]},
                                {.text = view.substr(4, 3), .fields = &fields[2]}};
  ParserChain chain(plan);
  ByteArena arena;
  chain.Parse(jobs, arena);
  EXPECT_TRUE(fields[0].at(0).ours);
  EXPECT_TRUE(fields[1].at(0).ours);
  EXPECT_FALSE(fields[2].at(0).ours);
}

TEST(ParserChain, RunsThePartsOfAPresetInTheirOrder) {
  PresetSpec preset;
  preset.name = "p";
  preset.parse = {OfRegex("^(?P<time>\\S+) (?P<level>\\w) (?P<rest>.*)$")};
  preset.then.push_back({.from = "rest",
                         .parse = {Plain("logfmt", PlainFormat::kLogfmt)},
                         .into = "pairs",
                         .keep = false});
  preset.rename = {{"level", "log.level"}, {"pairs.n", "n"}, {"nothing", "x"}};
  preset.values = {{"log.level", {{"I", "info"}}}};
  preset.types = {{"n", CaptureType::kInt}};
  preset.timestamp = TimestampSpec{.fields = {"time"}, .formats = {"rfc3339", "epoch"}};
  preset.remove = {"pairs.secret"};
  EXPECT_EQ(ResultsOf(Compiled({OfPreset(preset), Plain("none", PlainFormat::kNone)}),
                      {"2026-01-02T03:04:05Z I n=7 a=b secret=x", "1767323045 W no pairs",
                       "? I n=x", "other"}),
            (Texts{R"(0 {"log.level":"info","n":7,"pairs.a":"b"} 2026-01-02T03:04:05)",
                   R"(0 {"log.level":"W","rest":"no pairs"} 2026-01-02T03:04:05)",
                   R"(0 {"time":"?","log.level":"info","n":"x"} unreadable)", "1 {}"}));
}

TEST(ParserChain, ReplacesAFieldRatherThanToHaveItTwice) {
  PresetSpec preset;
  preset.name = "p";
  preset.parse = {OfRegex("^(?P<message>.*)$")};
  preset.then.push_back(
      {.from = "message", .parse = {OfRegex("^(?P<message>\\w+): (?P<b>.*)$")}, .into = ""});
  preset.rename = {{"b", "a"}, {"message", "a"}};
  EXPECT_EQ(ResultsOf(Compiled({OfPreset(preset)}), {"x: y"}), (Texts{R"(0 {"a":"x"})"}));
}

TEST(ParserChain, UndoesTheEscapesOfAJsonStringBeforeItIsParsedOn) {
  PresetSpec preset;
  preset.name = "p";
  preset.parse = {Plain("json", PlainFormat::kJson)};
  preset.then.push_back(
      {.from = "log", .parse = {Plain("json", PlainFormat::kJson)}, .into = "", .keep = false});
  EXPECT_EQ(ResultsOf(Compiled({OfPreset(preset)}), {R"({"log":"{\"a\":\"\u00e9\\\"\"}","b":1})"}),
            (Texts{R"(0 {"b":1,"a":"é\""})"}));
}

TEST(ParserChain, ReadsTheTimeOfAPresetWithinAPreset) {
  PresetSpec inner;
  inner.name = "inner";
  inner.parse = {OfRegex("^(?P<t>\\d+) (?P<a>.*)$")};
  inner.timestamp = TimestampSpec{.fields = {"t"}, .formats = {"epoch"}};
  PresetSpec outer;
  outer.name = "outer";
  outer.parse = {Plain("json", PlainFormat::kJson), OfPreset(inner)};
  const ParserPlanPtr plan = Compiled({OfPreset(outer)});
  EXPECT_EQ(ResultsOf(plan, {"1767323045 x"}), (Texts{R"(0 {"a":"x"} 2026-01-02T03:04:05)"}));
  std::vector<std::string> names;
  for (const ParserFacts& facts : plan->Facts()) names.push_back(facts.name);
  EXPECT_EQ(names, (Texts{"outer/json", "outer/inner/regex"}));
}

TEST(ParserPlan, SaysWhichEngineEachParserGot) {
  ParserSpec pattern{.name = "pattern", .parser = PatternSpec{"<a> <b>"}, .types = {}};
  const ParserPlanPtr plan =
      Compiled({Plain("json", PlainFormat::kJson), pattern, OfRegex("^(?P<a>\\S+) (?P<b>\\d+)$"),
                OfRegex("(?P<a>\\p{Greek}+)")});
  const std::vector<ParserFacts> facts = plan->Facts();
  ASSERT_EQ(facts.size(), 4u);
  EXPECT_EQ(facts[0].engine, "JSON walker");
  EXPECT_EQ(facts[1].engine, "literal search");
  EXPECT_EQ(facts[1].captures, 2u);
  EXPECT_EQ(facts[2].engine, "scanner");
  EXPECT_EQ(facts[2].why_re2, "");
  EXPECT_EQ(facts[3].engine, "RE2");
  EXPECT_FALSE(facts[3].why_re2.empty());
  EXPECT_FALSE(facts[3].slow());
}

TEST(ParserPlan, RefusesWhatItCannotRun) {
  EXPECT_EQ(ParserPlan::Compile({}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParserPlan::Compile({OfRegex("(?=x)")}).status().code(),
            absl::StatusCode::kInvalidArgument);
  PresetSpec preset;
  preset.parse = {Plain("json", PlainFormat::kJson)};
  preset.timestamp = TimestampSpec{.fields = {"t"}, .formats = {"%Q"}};
  EXPECT_EQ(ParserPlan::Compile({OfPreset(preset)}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// A clock on which every look takes a microsecond.
class TickingClock final : public Clock {
 public:
  MonotonicTime Now() const override { return MonotonicTime(std::chrono::microseconds(++ticks_)); }
  int64_t WallNanos() const override { return 0; }

 private:
  mutable int64_t ticks_ = 0;
};

TEST(ParserSpeed, IsTheTimeOfABatchOverItsLines) {
  const ParserPlanPtr plan = Compiled({Plain("json", PlainFormat::kJson)});
  const std::optional<double> nanos = NanosPerLine(plan, {R"({"a":1})", "x"}, TickingClock());
  ASSERT_TRUE(nanos.has_value());
  EXPECT_DOUBLE_EQ(*nanos, 1000.0 / 256);
  EXPECT_EQ(NanosPerLine(plan, {}, TickingClock()), std::nullopt);
}

}  // namespace
}  // namespace tailrace
