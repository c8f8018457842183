#include "agent/pipeline/stages/sample_stage.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

RecordKey KeyOf(std::string_view field) { return RecordKey({{"", Path(field)}}); }

std::vector<std::string> Traces(size_t count) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < count; ++i) {
    lines.push_back("{\"trace\":\"t" + std::to_string(i) +
                    "\",\"status\":" + std::to_string(i % 10 == 0 ? 500 : 200) + "}");
  }
  return lines;
}

TEST(SampleStage, KeepsAboutItsRate) {
  for (const double rate : {0.1, 0.5, 0.9}) {
    StagedLines lines(Traces(250));
    lines.Run(Parse("json")).Run(SampleStage({rate, KeyOf("trace"), {}}));
    EXPECT_NEAR(250 - static_cast<double>(lines.filtered()), 250 * rate, 25) << rate;
  }
}

TEST(SampleStage, DecidesForAKeyWhateverRecordItIsIn) {
  StagedLines first(Traces(200));
  first.Run(Parse("json")).Run(SampleStage({0.3, KeyOf("trace"), {}}));
  std::vector<std::string> others = Traces(200);
  for (std::string& line : others) line.insert(1, "\"other\":\"in front\",");
  StagedLines second(others);
  second.Run(Parse("json")).Run(SampleStage({0.3, KeyOf("trace"), {}}));
  for (size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(first.record(i).fate, second.record(i).fate) << i;
  }
}

TEST(SampleStage, KeepsTheSameKeysOnEveryNodeAndInEveryVersion) {
  StagedLines lines(Traces(16));
  lines.Run(Parse("json")).Run(SampleStage({0.25, KeyOf("trace"), {}}));
  std::string kept;
  for (size_t i = 0; i < 16; ++i) {
    if (lines.record(i).fate == Fate::kGoes) kept += " t" + std::to_string(i);
  }
  EXPECT_EQ(kept, " t1 t6 t9");
}

TEST(SampleStage, ALowerRateKeepsAPartOfWhatAHigherOneDoes) {
  StagedLines few(Traces(200)), many(Traces(200));
  few.Run(Parse("json")).Run(SampleStage({0.2, KeyOf("trace"), {}}));
  many.Run(Parse("json")).Run(SampleStage({0.4, KeyOf("trace"), {}}));
  for (size_t i = 0; i < 200; ++i) {
    if (few.record(i).fate == Fate::kGoes) {
      EXPECT_EQ(many.record(i).fate, Fate::kGoes) << i;
    }
  }
}

TEST(SampleStage, LetsThroughWhatUnlessMatches) {
  StagedLines lines(Traces(100));
  lines.Run(Parse("json")).Run(SampleStage({0, KeyOf("trace"), FilterOf("status >= 500")}));
  EXPECT_EQ(lines.filtered(), 90);
  for (size_t i = 0; i < 100; i += 10) EXPECT_EQ(lines.record(i).fate, Fate::kGoes) << i;
}

TEST(SampleStage, TellsRecordsWithoutAKeyApartByTheirPlace) {
  const std::vector<std::string> same(200, R"({"a":1})");
  StagedLines lines(same), again(same);
  lines.Run(Parse("json")).Run(SampleStage({0.5, KeyOf("trace"), {}}));
  again.Run(Parse("json")).Run(SampleStage({0.5, {}, {}}));
  EXPECT_NEAR(static_cast<double>(lines.filtered()), 100, 30);
  for (size_t i = 0; i < 200; ++i) EXPECT_EQ(lines.record(i).fate, again.record(i).fate) << i;
}

TEST(SampleStage, KeepsAllAtTheRateOfOneAndNoneAtZero) {
  StagedLines all(Traces(50)), none(Traces(50));
  all.Run(Parse("json")).Run(SampleStage({1, KeyOf("trace"), {}}));
  none.Run(Parse("json")).Run(SampleStage({0, KeyOf("trace"), {}}));
  EXPECT_EQ(all.filtered(), 0);
  EXPECT_EQ(none.filtered(), 50);
}

}  // namespace
}  // namespace tailrace
