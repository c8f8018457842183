#include "agent/pipeline/stages/throttle_stage.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

std::shared_ptr<Throttle> Dropping(ThrottleUnit unit, double rate, double burst,
                                   std::vector<RecordKey::Part> per = {}) {
  ThrottleOptions options;
  options.per = RecordKey(std::move(per));
  options.unit = unit;
  options.action = ThrottleAction::kDrop;
  options.buckets = {rate, burst, 64};
  return std::make_shared<Throttle>(std::move(options));
}

// The lines are a second apart.
TEST(ThrottleStage, DropsWhatIsAboveTheRateByTheTimesOfTheRecords) {
  StagedLines lines(std::vector<std::string>(20, "x"));
  lines.Run(ThrottleStage(Dropping(ThrottleUnit::kRecords, 0.5, 1)));
  EXPECT_EQ(lines.filtered(), 10);
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(lines.record(i).fate, i % 2 == 0 ? Fate::kGoes : Fate::kFiltered) << i;
  }
}

TEST(ThrottleStage, CountsTheBytesOfTheBodiesAsTheyWereFramed) {
  StagedLines lines(std::vector<std::string>(6, R"({"a":"0123456789"})"));  // 18 bytes.
  lines.Run(Parse("json")).Run(ThrottleStage(Dropping(ThrottleUnit::kBytes, 18, 36)));
  EXPECT_EQ(lines.filtered(), 0);
  StagedLines more(std::vector<std::string>(6, R"({"a":"0123456789"})"));
  more.Run(Parse("json")).Run(ThrottleStage(Dropping(ThrottleUnit::kBytes, 9, 18)));
  EXPECT_EQ(more.filtered(), 3);
}

TEST(ThrottleStage, HasARateForEachKeyOfLabelsAndFields) {
  std::vector<std::string> texts;
  for (int i = 0; i < 30; ++i) texts.push_back("{\"user\":\"u" + std::to_string(i % 3) + "\"}");
  StagedLines lines(texts, {{"namespace", "shop"}});
  lines.Run(Parse("json"))
      .Run(ThrottleStage(
          Dropping(ThrottleUnit::kRecords, 1e-6, 2, {{"namespace", {}}, {"", Path("user")}})));
  EXPECT_EQ(lines.filtered(), 30 - 3 * 2);
}

TEST(ThrottleStage, IsSharedByAllWorkersOfAPlan) {
  const std::shared_ptr<Throttle> throttle = Dropping(ThrottleUnit::kRecords, 1e-6, 3);
  StagedLines first(std::vector<std::string>(4, "x")), second(std::vector<std::string>(4, "x"));
  first.Run(ThrottleStage(throttle));
  second.Run(ThrottleStage(throttle));
  EXPECT_EQ(first.filtered(), 1);
  EXPECT_EQ(second.filtered(), 4);
}

TEST(ThrottleStage, NeverDelaysByTheClockOfTheRecords) {
  ThrottleOptions options;
  options.buckets = {1, 1, 64};
  const auto throttle = std::make_shared<Throttle>(std::move(options));
  StagedLines lines(std::vector<std::string>(100, "x"));
  lines.Run(ThrottleStage(throttle));
  EXPECT_EQ(lines.filtered(), 0);
  EXPECT_TRUE(throttle->MayPass(throttle->BucketOf([](std::string_view) { return ""; }), 0));
}

}  // namespace
}  // namespace tailrace
