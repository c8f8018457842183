// `parse` and `timestamp`.
#include "agent/pipeline/stages/parser_stage.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/pipeline/stages/timestamp_stage.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

StageMaker ParseWith(std::vector<PlainFormat> formats, ParserStageOptions options = {}) {
  std::vector<ParserSpec> specs;
  for (const PlainFormat format : formats) specs.push_back({"", format, {}});
  options.plan = *ParserPlan::Compile(specs);
  if (options.from.size() == 0) options.from = Path("message");
  return ParserStage(std::move(options));
}

TEST(ParserStage, TheFieldsTakeThePlaceOfTheText) {
  StagedLines lines({R"({"a":1,"message":"m"})", "k=v w=2"});
  lines.Run(ParseWith({PlainFormat::kJson, PlainFormat::kLogfmt}));
  EXPECT_EQ(lines.Document(0), R"({"a":1,"message":"m"})");
  EXPECT_EQ(lines.Document(1), R"({"k":"v","w":"2"})");
  EXPECT_EQ(lines.failures(), 0u);
}

TEST(ParserStage, NoneLeavesTheTextAndRefusesNothing) {
  StagedLines lines({"plain"});
  lines.Run(ParseWith({PlainFormat::kJson, PlainFormat::kNone}));
  EXPECT_EQ(lines.Document(0), R"({"message":"plain"})");
  EXPECT_FALSE(lines.record(0).refused);
}

TEST(ParserStage, WhatIsRefusedGoesOnDropsOrIsRejected) {
  const std::pair<OnParseError, const char*> cases[] = {
      {OnParseError::kKeep, R"({"message":"{"})"},
      {OnParseError::kDrop, "dropped"},
      {OnParseError::kDeadLetter, "rejected"},
  };
  for (const auto& [on_error, document] : cases) {
    StagedLines lines({"{", R"({"a":1})"});
    ParserStageOptions options;
    options.on_error = on_error;
    lines.Run(ParseWith({PlainFormat::kJson}, std::move(options)));
    EXPECT_EQ(lines.Document(0), document);
    EXPECT_EQ(lines.record(0).refused, on_error != OnParseError::kDrop);
    EXPECT_EQ(lines.Document(1), R"({"a":1})");
    EXPECT_EQ(lines.failures(), 1u);
    EXPECT_EQ(lines.dropped(), on_error == OnParseError::kDrop ? 1u : 0u);
  }
}

TEST(ParserStage, FromAnotherFieldUnescapesIt) {
  StagedLines lines({R"({"log":{"inner":"{\"a\":\"\\u00e9\"}"},"b":2})"});
  ParserStageOptions options;
  options.from = Path("log.inner");
  lines.Run(Parse("json")).Run(ParseWith({PlainFormat::kJson}, std::move(options)));
  EXPECT_EQ(lines.Document(0), R"({"app.log":{},"b":2,"a":"\u00e9"})");
}

TEST(ParserStage, IntoPutsTheFieldsBelowAName) {
  StagedLines lines({"a=1 kubernetes=x"});
  ParserStageOptions options;
  options.into = "app_log";
  lines.Run(ParseWith({PlainFormat::kLogfmt}, std::move(options)));
  EXPECT_EQ(lines.Document(0), R"({"app_log":{"a":"1","kubernetes":"x"}})");
}

TEST(ParserStage, WhatPosesAsOursMovesAside) {
  StagedLines lines({"kubernetes=x @timestamp=never log.offset=7 event.id=9"});
  lines.Run(ParseWith({PlainFormat::kLogfmt}));
  EXPECT_EQ(lines.Document(0),
            R"({"app.kubernetes":"x","app.@timestamp":"never","app.log.offset":"7",)"
            R"("app.event.id":"9"})");
}

TEST(TimestampStage, SetsTheTimeAndTakesTheField) {
  StagedLines lines({R"({"ts":"2025-06-01T00:00:00.5+02:00","a":1})"});
  lines.Run(Parse("json")).Run(TimestampStage({Path("ts"), {*TimeLayout::Compile("rfc3339")}}));
  EXPECT_EQ(lines.Time(0), "2025-05-31T22:00:00.500000000Z");
  EXPECT_EQ(lines.Document(0), R"({"a":1})");
}

TEST(TimestampStage, TriesLayoutsInOrderAndKeepsWhatItCannotRead) {
  StagedLines lines({R"({"ts":1767323045123})", R"({"ts":"soon"})", R"({"a":1})"});
  lines.Run(Parse("json"))
      .Run(TimestampStage(
          {Path("ts"), {*TimeLayout::Compile("rfc3339"), *TimeLayout::Compile("epoch_ms")}}));
  EXPECT_EQ(lines.Time(0), "2026-01-02T03:04:05.123000000Z");
  EXPECT_EQ(lines.Time(1), "2026-01-02T03:04:06.000000000Z");
  EXPECT_EQ(lines.Document(1), R"({"ts":"soon"})");
  EXPECT_EQ(lines.Time(2), "2026-01-02T03:04:07.000000000Z");
  EXPECT_EQ(lines.failures(), 2u);
}

}  // namespace
}  // namespace tailrace
