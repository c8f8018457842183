#include "agent/yaml/source_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tailrace {
namespace {

TEST(SourceText, CountsLinesAndCharacters) {
  const SourceText source("f",
                          "ab\n\nc\xC3\xA9"
                          "d\r\nlast");
  struct Case {
    size_t offset;
    size_t line;
    size_t column;
    std::string_view text;
  };
  const Case cases[] = {
      {0, 1, 1, "ab"},
      {2, 1, 3, "ab"},
      {3, 2, 1, ""},
      {4, 3, 1,
       "c\xC3\xA9"
       "d"},
      {7, 3, 3,
       "c\xC3\xA9"
       "d"},
      {9, 3, 4,
       "c\xC3\xA9"
       "d"},
      {10, 4, 1, "last"},
      {14, 4, 5, "last"},
      {999, 4, 5, "last"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(source.MarkAt(c.offset).line, c.line) << c.offset;
    EXPECT_EQ(source.MarkAt(c.offset).column, c.column) << c.offset;
    EXPECT_EQ(source.LineAt(c.offset), c.text) << c.offset;
  }
}

TEST(SourceText, AnEmptyTextHasOneEmptyLine) {
  const SourceText source("f", "");
  EXPECT_EQ(source.MarkAt(0).line, 1u);
  EXPECT_EQ(source.MarkAt(0).column, 1u);
  EXPECT_EQ(source.LineAt(0), "");
}

TEST(FirstInvalidUtf8, FollowsRfc3629) {
  constexpr size_t kValid = std::string_view::npos;
  struct Case {
    std::string_view text;
    size_t at;
  };
  const Case cases[] = {
      {"", kValid},
      {"plain", kValid},
      {"\xC2\x80 \xDF\xBF", kValid},
      {"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", kValid},
      {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", kValid},
      {"a\x80", 1},  // A continuation byte alone.
      {"a\xC3", 1},  // Cut short.
      {"a\xC3(", 1},
      {"\xC0\xAF", 0},  // Overlong.
      {"\xC1\xBF", 0},
      {"\xE0\x9F\xBF", 0},
      {"\xF0\x8F\xBF\xBF", 0},
      {"ab\xED\xA0\x80", 2},    // A surrogate.
      {"\xF4\x90\x80\x80", 0},  // Beyond U+10FFFF.
      {"\xF5\x80\x80\x80", 0},
      {"\xFF\xFE", 0},
      {"\xE2\x82", 0},
      {"\xF0\x9F\x98", 0},
  };
  for (const Case& c : cases) EXPECT_EQ(FirstInvalidUtf8(c.text), c.at) << c.text;
}

}  // namespace
}  // namespace tailrace
