#include "agent/pipeline/stages/cast_stage.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

struct CastCase {
  CastType type;
  const char* before;  // A JSON token.
  const char* after;   // nullptr: it stays, and counts as a failure.
};

const CastCase kCasts[] = {
    {CastType::kInt, R"("42")", "42"},
    {CastType::kInt, R"("+42")", "42"},
    {CastType::kInt, R"("-0")", "0"},
    {CastType::kInt, R"("007")", "7"},
    {CastType::kInt, R"(" 7\n")", "7"},
    {CastType::kInt, R"("1.0")", "1"},
    {CastType::kInt, "1.0", "1"},
    {CastType::kInt, R"("1e3")", "1000"},
    {CastType::kInt, "1.5e1", "15"},
    {CastType::kInt, "1500e-2", "15"},
    {CastType::kInt, R"("0e999999999999")", "0"},
    {CastType::kInt, "true", "1"},
    {CastType::kInt, "false", "0"},
    {CastType::kInt, R"("9223372036854775807")", "9223372036854775807"},
    {CastType::kInt, R"("-9223372036854775808")", "-9223372036854775808"},
    {CastType::kInt, R"("9223372036854775808")", nullptr},
    {CastType::kInt, "-9223372036854775809", nullptr},
    {CastType::kInt, R"("99999999999999999999999999")", nullptr},
    {CastType::kInt, R"("1e19")", nullptr},
    {CastType::kInt, R"("1e99999999999")", nullptr},
    {CastType::kInt, R"("1.5")", nullptr},
    {CastType::kInt, "1.5", nullptr},
    {CastType::kInt, R"("15e-2")", nullptr},
    {CastType::kInt, R"("")", nullptr},
    {CastType::kInt, R"(" ")", nullptr},
    {CastType::kInt, R"("-")", nullptr},
    {CastType::kInt, R"(".")", nullptr},
    {CastType::kInt, R"("0x10")", nullptr},
    {CastType::kInt, R"("1 2")", nullptr},
    {CastType::kInt, R"("1e")", nullptr},
    {CastType::kInt, R"("twelve")", nullptr},
    {CastType::kInt, R"({"a":1})", nullptr},
    {CastType::kInt, "[1]", nullptr},
    {CastType::kInt, "null", "null"},

    {CastType::kFloat, R"("1.50")", "1.5"},
    {CastType::kFloat, R"("+.5")", "0.5"},
    {CastType::kFloat, R"("5.")", "5.0"},
    {CastType::kFloat, R"("5")", "5.0"},
    {CastType::kFloat, "5", "5.0"},
    {CastType::kFloat, R"("-2e-3")", "-0.002"},
    {CastType::kFloat, R"("1e300")", "1e+300"},
    {CastType::kFloat, R"("007.25")", "7.25"},
    {CastType::kFloat, R"("1e999")", nullptr},
    {CastType::kFloat, "1e999", nullptr},
    {CastType::kFloat, R"("NaN")", nullptr},
    {CastType::kFloat, R"("inf")", nullptr},
    {CastType::kFloat, R"("0x1p3")", nullptr},
    {CastType::kFloat, "true", nullptr},
    {CastType::kFloat, R"("1,5")", nullptr},

    {CastType::kBool, R"("true")", "true"},
    {CastType::kBool, R"("YES")", "true"},
    {CastType::kBool, R"("On")", "true"},
    {CastType::kBool, "1", "true"},
    {CastType::kBool, R"("f")", "false"},
    {CastType::kBool, R"("off")", "false"},
    {CastType::kBool, R"(" no ")", "false"},
    {CastType::kBool, "0", "false"},
    {CastType::kBool, "true", "true"},
    {CastType::kBool, "2", nullptr},
    {CastType::kBool, R"("maybe")", nullptr},
    {CastType::kBool, R"("")", nullptr},
    {CastType::kBool, "[]", nullptr},

    {CastType::kString, "42", R"("42")"},
    {CastType::kString, "1.50", R"("1.50")"},
    {CastType::kString, "true", R"("true")"},
    {CastType::kString, R"({"a":"b\n"})", R"("{\"a\":\"b\\n\"}")"},
    {CastType::kString, R"("x\"y")", R"("x\"y")"},
    {CastType::kString, "null", "null"},

    {CastType::kDuration, R"("1h30m")", "5400.0"},
    {CastType::kDuration, R"("250ms")", "0.25"},
    {CastType::kDuration, R"("0.1s")", "0.1"},
    {CastType::kDuration, R"("-1.5s")", "-1.5"},
    {CastType::kDuration, R"("1.000000001s")", "1.000000001"},
    {CastType::kDuration, R"("12us")", "1.2e-05"},
    {CastType::kDuration, R"("3")", "3.0"},
    {CastType::kDuration, "0.25", "0.25"},
    {CastType::kDuration, R"("5 parsecs")", nullptr},
    {CastType::kDuration, R"("")", nullptr},
    {CastType::kDuration, "true", nullptr},

    {CastType::kBytes, R"("10KiB")", "10240"},
    {CastType::kBytes, R"("42MB")", "42000000"},
    {CastType::kBytes, R"("1.5 KiB")", "1536"},
    {CastType::kBytes, R"("512")", "512"},
    {CastType::kBytes, "512", "512"},
    {CastType::kBytes, R"("9007199254740993")", "9007199254740993"},
    {CastType::kBytes, R"("-1")", nullptr},
    {CastType::kBytes, R"("99EiB")", nullptr},
    {CastType::kBytes, R"("ten")", nullptr},
};

TEST(CastStage, MakesOfEachValueWhatItsTypeSays) {
  for (const CastCase& test : kCasts) {
    StagedLines lines({std::string("{\"a\":") + test.before + ",\"b\":1}"});
    lines.Run(Parse("json")).Run(CastStage({{Path("a"), test.type}}));
    const std::string after = test.after == nullptr ? test.before : test.after;
    EXPECT_EQ(lines.Document(0), "{\"a\":" + after + ",\"b\":1}")
        << test.before << " as " << static_cast<int>(test.type);
    EXPECT_EQ(lines.failures(), test.after == nullptr ? 1 : 0) << test.before;
  }
}

TEST(CastStage, LeavesWhatIsMissingAlone) {
  StagedLines lines({R"({"b":1})"});
  lines.Run(Parse("json")).Run(CastStage({{Path("a"), CastType::kInt}}));
  EXPECT_EQ(lines.Document(0), R"({"b":1})");
  EXPECT_EQ(lines.failures(), 0);
}

TEST(CastStage, ChangesAMemberWhereItStands) {
  StagedLines lines({R"({"http":{"x":"","status":"200","y":[1]},"a.b":{"c":"7"}})"});
  lines.Run(Parse("json"))
      .Run(CastStage({{Path("http.status"), CastType::kInt}, {Path("a.b.c"), CastType::kFloat}}));
  EXPECT_EQ(lines.Document(0), R"({"http":{"x":"","status":200,"y":[1]},"a.b":{"c":7.0}})");
}

TEST(CastStage, WritesTextIntoAnObjectAsAJsonString) {
  StagedLines lines({R"({"a":{"b":{"c":"\"q\""},"d":1}})"});
  lines.Run(Parse("json")).Run(CastStage({{Path("a.b"), CastType::kString}}));
  EXPECT_EQ(lines.Document(0), R"({"a":{"b":"{\"c\":\"\\\"q\\\"\"}","d":1}})");
}

TEST(CastStage, GivesAnApplicationsFieldNoFurtherRights) {
  StagedLines lines({R"({"host":"7"})"});
  lines.Run(Parse("json")).Run(CastStage({{Path("host"), CastType::kInt}}));
  EXPECT_EQ(lines.Document(0), R"({"app.host":7})");
}

}  // namespace
}  // namespace tailrace
