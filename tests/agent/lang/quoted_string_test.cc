#include "agent/lang/quoted_string.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

TEST(QuotedString, EscapesAreThoseOfGo) {
  struct Case {
    std::string_view text;
    std::string value;
  };
  const Case cases[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("a\"b\\c")", "a\"b\\c"},
      {R"("\a\b\f\n\r\t\v")", "\a\b\f\n\r\t\v"},
      {R"("\x41\101")", "AA"},
      {R"("\x00")", std::string(1, '\0')},
      {R"("\u00e9\u20ac\U0001F600")", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {R"("it's `fine`")", "it's `fine`"},
      {R"(`raw \d+ "x"`)", R"(raw \d+ "x")"},
      {"`two\nlines`", "two\nlines"},
      {"\"\xC3\xA9\"", "\xC3\xA9"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<QuotedString> parsed = ParseQuotedString(c.text, 0);
    ASSERT_TRUE(parsed.ok()) << c.text << " " << parsed.status();
    EXPECT_EQ(parsed->value, c.value) << c.text;
    EXPECT_EQ(parsed->end, c.text.size()) << c.text;
  }
}

TEST(QuotedString, WhatIsWrongIsToldWithItsOffset) {
  struct Case {
    std::string_view text;
    size_t offset;
  };
  const Case cases[] = {
      {R"("abc)", 0},  {"`abc", 0},        {"\"a\nb\"", 0},  {R"("a\d")", 2},
      {R"("ab\)", 3},  {R"("\x4")", 1},    {R"("\xzz")", 1}, {R"("\400")", 1},
      {R"("\12")", 1}, {R"("\uD800")", 1}, {R"("\u12")", 1}, {R"("\U00110000")", 1},
      {R"("\'")", 1},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseQuotedString(c.text, 0).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

TEST(QuoteString, ReadsBackToTheSame) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const std::string& value : {std::string(), std::string("a\"b\\c\n\t`"), every_byte}) {
    const std::string quoted = QuoteString(value);
    const absl::StatusOr<QuotedString> parsed = ParseQuotedString(quoted, 0);
    ASSERT_TRUE(parsed.ok()) << quoted;
    EXPECT_EQ(parsed->value, value);
    EXPECT_EQ(parsed->end, quoted.size());
  }
  EXPECT_EQ(QuoteString("a\x01\x7f"), R"("a\x01\x7f")");
}

TEST(SyntaxErrorOffset, IsZeroForOtherStatuses) {
  EXPECT_EQ(SyntaxErrorOffset(absl::OkStatus()), 0u);
  EXPECT_EQ(SyntaxErrorOffset(absl::InternalError("x")), 0u);
}

}  // namespace
}  // namespace tailrace
