#include "agent/cli/line_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tailrace {
namespace {

struct Parsed {
  std::vector<std::string> lines;
  bool failed = false;
};

Parsed Parse(std::string_view parser, const std::vector<std::string>& lines) {
  const LoadEnvironment environment;
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  Parsed parsed;
  LineParser line_parser(ParseInlineSpec(context, presets, "--as", parser),
                         [&](std::string json) { parsed.lines.push_back(std::move(json)); });
  for (const std::string& line : lines) line_parser.TakeLine(line);
  line_parser.End();
  parsed.failed = line_parser.failed();
  return parsed;
}

TEST(LineParser, MakesAnObjectOfEachLineAndTellsOfRefusedOnes) {
  const Parsed parsed = Parse("json", {R"({"a":1})", "no \"JSON\"", ""});
  EXPECT_EQ(
      parsed.lines,
      (std::vector<std::string>{
          R"({"a":1})", R"({"message":"no \"JSON\"","parse_error":"refused by every parser"})",
          R"({"message":"","parse_error":"refused by every parser"})"}));
  EXPECT_TRUE(parsed.failed);
}

TEST(LineParser, LinesOfATraceAreOneEventWithTheLastOneEndedByTheEnd) {
  const Parsed parsed =
      Parse("multiline:java", {"up", "java.lang.Error: x", "\tat a.B.c(B.java:1)", "down",
                               "java.lang.Error: y", "\tat d.E.f(E.java:2)"});
  ASSERT_EQ(parsed.lines.size(), 4U);
  EXPECT_EQ(parsed.lines[1], R"x({"message":"java.lang.Error: x\n\tat a.B.c(B.java:1)"})x");
  EXPECT_EQ(parsed.lines[3], R"x({"message":"java.lang.Error: y\n\tat d.E.f(E.java:2)"})x");
  EXPECT_FALSE(parsed.failed);
}

TEST(LineParser, WithoutLinesThereIsNothing) {
  EXPECT_TRUE(Parse("multiline:all", {}).lines.empty());
  EXPECT_FALSE(Parse("json", {}).failed);
}

}  // namespace
}  // namespace tailrace
