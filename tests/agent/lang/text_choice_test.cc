#include "agent/lang/text_choice.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/pattern/regex.h"

namespace tailrace {
namespace {

TEST(TextChoice, IsMadeOfExpressionsThatComeDownToLiterals) {
  struct Case {
    std::string_view pattern;
    bool made;
  };
  const Case cases[] = {
      {"GET", true},
      {"GET|HEAD|", true},
      {"(GET|HEAD)", true},
      {"api-(a|b)[12]", true},
      {"/api/.*", true},
      {".*\\.css", true},
      {".*(timeout|refused).*", true},
      {".*", true},
      {".+", true},
      {"", true},
      {"(?i)error", true},
      {"(?i)ok", false},  // U+212A is a letter k as well.
      {"[0-9][0-9]", false},
      {"[0-9]", true},
      {"a+", false},
      {"a.c", false},
      {"a.*c", false},
      {".+a", false},
      {"^a$", false},
      {"[^\\n]*a", false},
      {"(?-s).*", false},
      {"a|b.*", false},
      {"\\d+", false},
      {"(", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(TextChoice::OfRegex(c.pattern).has_value(), c.made) << c.pattern;
  }
}

TEST(TextChoice, AgreesWithTheRegularExpression) {
  const std::string_view patterns[] = {
      "GET",
      "GET|HEAD|",
      "(GET|HEAD)",
      "api-(a|b)[12]",
      "/api/.*",
      ".*\\.css",
      ".*(time|ref).*",
      ".*",
      ".+",
      "",
      "(?i)error",
      ".*.*",
      ".*|",
      "(.*)",
      "\\Qa.b\\E",
      "a{2}",
      "x??",
      "(?:a|ab)(?:c|bc)",
      "a|b.*",
      "[^\\n]*a",
      "(?-s).*a",
      "\xc3\xa4|b",
  };
  const std::string_view texts[] = {
      "",       "GET",    "get",   "HEAD",   "GETHEAD", "GE",    "GET ",     "api-a1", "api-b2",
      "api-c1", "/api/",  "/api",  "/api/x", "x/api/",  "a.css", "a.css\n",  ".css",   "acss",
      "time",   "x time", "ref\n", "\n",     "\nref",   "ERROR", "eRRor",    "error!", "a.b",
      "axb",    "aa",     "a",     "x",      "abc",     "abbc",  "\xc3\xa4", "b",      "\nbx",
  };
  for (const std::string_view pattern : patterns) {
    const std::optional<TextChoice> choice = TextChoice::OfRegex(pattern);
    if (!choice.has_value()) continue;
    const Regex regex = *Regex::Compile(pattern, RegexOptions{.dot_matches_newline = true});
    for (const std::string_view text : texts) {
      EXPECT_EQ(choice->Matches(text), regex.FullMatch(text)) << pattern << " on " << text;
    }
  }
}

TEST(TextChoice, KnowsWhenItTakesEverything) {
  EXPECT_TRUE(TextChoice::OfRegex(".*")->matches_everything());
  EXPECT_TRUE(TextChoice::OfRegex(".*.*")->matches_everything());
  EXPECT_FALSE(TextChoice::OfRegex(".+")->matches_everything());
  EXPECT_FALSE(TextChoice::OfRegex("")->matches_everything());
  EXPECT_FALSE(TextChoice::OfRegex(".*a")->matches_everything());
}

}  // namespace
}  // namespace tailrace
