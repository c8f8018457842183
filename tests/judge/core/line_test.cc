#include "tests/judge/core/line.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

constexpr std::string_view kRun = "r1a2b3c4";

std::string Line(uint64_t file, uint64_t seq, std::string_view payload) {
  std::string text;
  AppendLine(kRun, file, seq, payload, &text);
  return text;
}

TEST(JudgeLine, WhatIsAppendedIsParsed) {
  for (const std::string& payload :
       {std::string(), std::string("a|b|c"), std::string(70'000, 'x')}) {
    const std::string text = Line(0xfedcba9876543210u, 7, payload);
    LineRef line;
    ASSERT_EQ(ParseLine(kRun, text, &line), LineKind::kGood) << text.substr(0, 80);
    EXPECT_EQ(line.file, 0xfedcba9876543210u);
    EXPECT_EQ(line.seq, 7u);
    EXPECT_EQ(line.payload, payload);
  }
}

TEST(JudgeLine, TheExampleOfTheHeaderHasTheFieldsItSays) {
  EXPECT_TRUE(Line(255, 7, "hello").starts_with("r1a2b3c4|00000000000000ff|7|5|"));
}

TEST(JudgeLine, EveryCutIsAFragmentAndNoCutIsGood) {
  const std::string text = Line(255, 7, "hello");
  for (size_t cut = kRun.size() + 1; cut < text.size(); ++cut) {
    LineRef line;
    EXPECT_EQ(ParseLine(kRun, text.substr(0, cut), &line), LineKind::kFragment) << cut;
  }
}

TEST(JudgeLine, EveryChangedByteIsNoticed) {
  const std::string text = Line(255, 7, "hello");
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'0', 'z', '|'}) {
      std::string changed = text;
      if (changed[at] == c) continue;
      changed[at] = c;
      LineRef line;
      EXPECT_NE(ParseLine(kRun, changed, &line), LineKind::kGood) << changed;
    }
  }
}

TEST(JudgeLine, HostileTextsAreCorrupt) {
  const std::string good = Line(255, 7, "hello");
  const std::string texts[] = {"",
                               "|",
                               good + "x",
                               "x" + good,
                               " " + good,
                               good.substr(5),
                               "r1a2b3c4|00000000000000ff|-1|5|00000000|hello",
                               "r1a2b3c4|00000000000000ff|1000000000|5|00000000|hello",
                               "r1a2b3c4|00000000000000ff|7|99999999999999999999|00000000|hello",
                               "r1a2b3c4|ff|7|5|00000000|hello"};
  for (const std::string& text : texts) {
    LineRef line;
    EXPECT_EQ(ParseLine(kRun, text, &line), LineKind::kCorrupt) << text;
  }
}

TEST(JudgeLine, OtherRunsAndFillersAreToldApart) {
  LineRef line;
  EXPECT_EQ(ParseLine("other", Line(255, 7, "hello"), &line), LineKind::kForeignRun);
  EXPECT_EQ(ParseLine("r1a2b3c", Line(255, 7, "hello"), &line), LineKind::kForeignRun);
  EXPECT_EQ(ParseLine(kRun, "#j0000001", &line), LineKind::kFiller);
  EXPECT_EQ(ParseLine(kRun, "{oops " + Line(255, 7, "hello"), &line), LineKind::kGood);
}

TEST(JudgeLine, TheHeadIsFoundInsideARecord) {
  const std::string record = R"({"error":"r1a2b3c4|no","raw":"{\"msg\":\")" + Line(255, 7, "he");
  LineRef line;
  ASSERT_NE(FindLineHead(kRun, record, 0, &line), std::string::npos);
  EXPECT_EQ(line.file, 255u);
  EXPECT_EQ(line.seq, 7u);
  EXPECT_EQ(FindLineHead(kRun, "r1a2b3c4|r1a2b3c4|", 0, &line), std::string::npos);
}

TEST(JudgeLine, TheHashOfATextIsSpreadEvenly) {
  int below = 0;
  for (int i = 0; i < 10'000; ++i) {
    below +=
        static_cast<double>(HashText("text " + std::to_string(i))) < 0.01 * 18446744073709551616.0;
  }
  EXPECT_GT(below, 50);
  EXPECT_LT(below, 200);
}

}  // namespace
}  // namespace tailrace
