#include "parsers/cri_line.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

TEST(CriLine, HeadersOfTheRuntimesAreRead) {
  const struct {
    const char* line;
    const char* time;
    const char* content;
    int stream;
    bool ends_record;
  } kCases[] = {
      {"2026-01-02T03:04:05.678901234Z stdout F hello", "2026-01-02T03:04:05.678901234Z", "hello",
       0, true},
      {"2026-01-02T03:04:05.678901234Z stderr P hello ", "2026-01-02T03:04:05.678901234Z", "hello ",
       1, false},
      {"2026-01-02T03:04:05.678901234+00:00 stdout F hello", "2026-01-02T03:04:05.678901234+00:00",
       "hello", 0, true},
      {"2026-01-02T03:04:05.67Z stdout F  two blanks", "2026-01-02T03:04:05.67Z", " two blanks", 0,
       true},
      {"2026-01-02T03:04:05.678901234Z stdout F ", "2026-01-02T03:04:05.678901234Z", "", 0, true},
      {"2026-01-02T03:04:05.678901234Z stdout F", "2026-01-02T03:04:05.678901234Z", "", 0, true},
      {"2026-01-02T03:04:05.678901234Z stderr P:a:b tagged", "2026-01-02T03:04:05.678901234Z",
       "tagged", 1, false},
      {"2026-01-02T03:04:05.678901234Z stderr F:a", "2026-01-02T03:04:05.678901234Z", "", 1, true},
      // Whether the time is one is not asked here.
      {"x stdout F y", "x", "y", 0, true},
  };
  for (const auto& c : kCases) {
    CriLine cri;
    ASSERT_TRUE(ParseCriLine(c.line, cri)) << c.line;
    EXPECT_EQ(cri.time, c.time) << c.line;
    EXPECT_EQ(cri.content, c.content) << c.line;
    EXPECT_EQ(cri.stream, c.stream) << c.line;
    EXPECT_EQ(cri.ends_record, c.ends_record) << c.line;
  }
}

TEST(CriLine, OtherLinesAreRefused) {
  const std::string time = "2026-01-02T03:04:05.678901234Z";
  const std::string kCases[] = {
      "",
      " ",
      time,
      time + " ",
      time + " stdout",
      time + " stdout ",
      time + " stdin F x",
      time + " STDOUT F x",
      time + "  stdout F x",
      time + " stdout  F x",
      time + " stdout X x",
      time + " stdout f x",
      time + " stdout FF x",
      time + " stdout Fx",
      time + " stdout\tF x",
      time + " stdout F:" + std::string(64, 'a') + " x",
      time + " stdout F:" + std::string(64, 'a'),
      std::string(70, '2') + " stdout F x",
      "{\"log\":\"x\"}",
  };
  for (const std::string& line : kCases) {
    CriLine cri;
    EXPECT_FALSE(ParseCriLine(line, cri)) << line;
  }
}

TEST(CriLine, EveryPrefixIsReadWithinItsBounds) {
  const std::string line = "2026-01-02T03:04:05.678901234Z stderr P:tag content";
  for (size_t length = 0; length <= line.size(); ++length) {
    const std::string prefix = line.substr(0, length);
    CriLine cri;
    EXPECT_EQ(ParseCriLine(prefix, cri), length >= 39) << prefix;
  }
}

}  // namespace
}  // namespace tailrace
