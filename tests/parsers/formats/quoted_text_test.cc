#include "parsers/formats/quoted_text.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

TEST(QuotedText, EscapesOfGoJsonAndPythonAreUndone) {
  const struct {
    std::string_view raw;
    std::string_view text;
  } kCases[] = {
      {R"(\n\t\r\a\b\f\v)", "\n\t\r\a\b\f\v"},
      {R"(\"\'\\\/)", "\"'\\/"},
      {R"(\x41\x7e\xff)", "A~\xff"},
      {R"(\u0041\u00e9\u20ac)", "Aé€"},
      {R"(\ud83d\ude00)", "😀"},
      {R"(\ud83d!)", "\xef\xbf\xbd!"},
      {R"(\U0001f600\U00110000\U0000d800)", "😀\\U00110000\\U0000d800"},
      {R"(\q\x4\xg0\u12\U1234567)", R"(\q\x4\xg0\u12\U1234567)"},
      {R"(a\)", R"(a\)"},
      {R"(\u)", R"(\u)"},
      {R"(\x)", R"(\x)"},
      {"", ""},
  };
  ByteArena arena;
  for (const auto& c : kCases) EXPECT_EQ(Unescaped(c.raw, arena), c.text) << c.raw;
}

TEST(QuotedText, EndsAtTheFirstQuoteThatIsNotEscaped) {
  const struct {
    std::string_view text;
    char quote;
    std::string_view raw;
    bool escaped;
    bool terminated;
  } kCases[] = {
      {R"(abc" d)", '"', "abc", false, true},
      {R"(a\"c" d)", '"', R"(a\"c)", true, true},
      {R"(a\\" d)", '"', R"(a\\)", true, true},
      {R"(a'c" d)", '"', "a'c", false, true},
      {R"(a"c' d)", '\'', "a\"c", false, true},
      {R"(abc)", '"', "abc", false, false},
      {R"(abc\)", '"', R"(abc\)", true, false},
      {R"(abc\")", '"', R"(abc\")", true, false},
      {R"(")", '"', "", false, true},
      {R"(0123456789abcdef0123456789abcdef" x)", '"', "0123456789abcdef0123456789abcdef", false,
       true},
  };
  for (const auto& c : kCases) {
    const std::string padded = std::string(c.text) + std::string(64, c.quote);
    const QuotedText quoted = ReadQuoted(padded.data(), padded.data() + c.text.size(), c.quote);
    EXPECT_EQ(quoted.raw, c.raw);
    EXPECT_EQ(quoted.escaped, c.escaped) << c.text;
    EXPECT_EQ(quoted.terminated, c.terminated) << c.text;
  }
}

}  // namespace
}  // namespace tailrace
