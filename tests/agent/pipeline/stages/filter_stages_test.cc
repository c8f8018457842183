// `drop`, `keep`, `route`, and `when`.
#include <gtest/gtest.h>

#include <string>

#include "agent/pipeline/stages/field_stages.h"
#include "agent/pipeline/stages/filter_stage.h"
#include "agent/pipeline/stages/route_stage.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

TEST(FilterStage, DropEndsWhatMatchesAndCountsIt) {
  StagedLines lines({R"({"level":"debug"})", R"({"level":"info"})", "text"});
  lines.Run(Parse("json")).Run(FilterStage(FilterOf(R"(level="debug")"), FilterAction::kDrop));
  EXPECT_EQ(lines.Document(0), "filtered");
  EXPECT_EQ(lines.Document(1), R"({"level":"info"})");
  EXPECT_EQ(lines.Document(2), R"({"message":"text"})");
  EXPECT_EQ(lines.filtered(), 1u);
}

TEST(FilterStage, KeepEndsWhatDoesNotMatch) {
  StagedLines lines({R"({"status":503})", R"({"status":200})", R"({"status":"x"})"});
  lines.Run(Parse("json")).Run(FilterStage(FilterOf("status >= 500"), FilterAction::kKeep));
  EXPECT_EQ(lines.Document(0), R"({"status":503})");
  EXPECT_EQ(lines.Document(1), "filtered");
  EXPECT_EQ(lines.Document(2), "filtered");
  EXPECT_EQ(lines.filtered(), 2u);
}

TEST(FilterStage, ALabelWinsOverAFieldOfItsName) {
  StagedLines lines({R"({"namespace":"forged"})"}, {{"namespace", "shop"}});
  lines.Run(Parse("json")).Run(FilterStage(FilterOf(R"(namespace="forged")"), FilterAction::kDrop));
  EXPECT_EQ(lines.Document(0), R"({"namespace":"forged"})");
  lines.Run(FilterStage(FilterOf(R"(.namespace="forged")"), FilterAction::kDrop));
  EXPECT_EQ(lines.Document(0), "filtered");
}

TEST(StageChain, WhenLeavesTheOtherRecordsAlone) {
  StagedLines lines({R"({"a":1})", R"({"a":2})"});
  lines.Run(Parse("json")).RunWhere("a > 1", RemoveStage({Path("a")}));
  EXPECT_EQ(lines.Document(0), R"({"a":1})");
  EXPECT_EQ(lines.Document(1), "{}");
}

TEST(StageChain, WhatHasEndedIsSeenByNoLaterStage) {
  StagedLines lines({"a", "b"});
  const auto drop = [](std::string_view filter) {
    return FilterStage(FilterOf(filter), FilterAction::kDrop);
  };
  lines.Run(drop(R"(message="a")")).Run(drop(R"(message=~"a|b")"));
  EXPECT_EQ(lines.filtered(), 2u);
}

TEST(RouteStage, TheFirstBranchTakesARecordUnlessItContinues) {
  StagedLines lines({R"({"s":1})", R"({"s":5})", R"({"s":9})"});
  lines.Run(Parse("json"))
      .Run(RouteStage({{FilterOf("s >= 5"), /*continues=*/true}, {FilterOf("s >= 9"), false}}));
  EXPECT_EQ(lines.Document(0), "filtered");
  EXPECT_EQ(lines.record(1).branches, 0b01u);
  EXPECT_EQ(lines.record(2).branches, 0b11u);
}

TEST(RouteStage, ABranchWithoutFilterTakesTheRest) {
  StagedLines lines({R"({"s":1})", R"({"s":5})"});
  lines.Run(Parse("json")).Run(RouteStage({{FilterOf("s = 5"), false}, {std::nullopt, false}}));
  EXPECT_EQ(lines.record(0).branches, 0b10u);
  EXPECT_EQ(lines.record(1).branches, 0b01u);
}

}  // namespace
}  // namespace tailrace
