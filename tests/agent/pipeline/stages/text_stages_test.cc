// `lowercase`, `uppercase` and `replace`.
#include <gtest/gtest.h>

#include <string>

#include "agent/pipeline/stages/case_stage.h"
#include "agent/pipeline/stages/replace_stage.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

struct CaseCase {
  const char* before;
  const char* lower;
  const char* upper;
};

const CaseCase kCased[] = {
    {R"("Warn")", R"("warn")", R"("WARN")"},
    {R"("[@`{ \u00e4\n\\N")", "\"[@`{ \xc3\xa4\\u000a\\\\n\"", R"("[@`{ \u00e4\u000a\\N")"},
    {"\"\xc3\x84 Z\"", "\"\xc3\x84 z\"", "\"\xc3\x84 Z\""},
    {R"("123")", R"("123")", R"("123")"},
    {R"("")", R"("")", R"("")"},
    {"true", "true", "true"},
    {R"({"a":"B"})", R"({"a":"B"})", R"({"a":"B"})"},
    {"null", "null", "null"},
};

// The escapes that a writer may choose are made alike.
std::string Normal(std::string document) {
  for (size_t at = 0; (at = document.find("\\n", at)) != std::string::npos; at += 2) {
    if (at > 0 && document[at - 1] == '\\') continue;
    document.replace(at, 2, "\\u000a");
  }
  return document;
}

TEST(CaseStage, ChangesTheLettersOfAscii) {
  for (const CaseCase& test : kCased) {
    const std::string line = std::string("{\"a\":") + test.before + "}";
    StagedLines lower({line});
    lower.Run(Parse("json")).Run(CaseStage({Path("a"), Path("none")}, LetterCase::kLower));
    EXPECT_EQ(Normal(lower.Document(0)), std::string("{\"a\":") + test.lower + "}");
    StagedLines upper({line});
    upper.Run(Parse("json")).Run(CaseStage({Path("a")}, LetterCase::kUpper));
    EXPECT_EQ(Normal(upper.Document(0)), std::string("{\"a\":") + test.upper + "}");
  }
}

TEST(CaseStage, ChangesTheMessageAndMembersOfObjects) {
  StagedLines lines({"Hello \xff", R"({"a":{"b":"X","c":"X"}})"});
  lines.Run(CaseStage({Path("message")}, LetterCase::kUpper));
  EXPECT_EQ(lines.Document(0), "{\"message\":\"HELLO \xef\xbf\xbd\"}");
  StagedLines json({R"({"a":{"b":"X","c":"X"}})"});
  json.Run(Parse("json")).Run(CaseStage({Path("a.c")}, LetterCase::kLower));
  EXPECT_EQ(json.Document(0), R"({"a":{"b":"X","c":"x"}})");
}

TEST(ReplaceStage, TakesWhatItReplacesOutOfTheOriginalBytes) {
  StagedLines lines({"login secret=hunter2 \xff", "login secret=hunter2"});
  lines.Run(ReplaceStage({{Path("message")}, *Regex::Compile(R"(secret=\S+)"), "-"}));
  EXPECT_EQ(lines.record(0).original, "login - \xff");
  EXPECT_EQ(lines.record(1).original, "login secret=hunter2");  // Stands in no document.
}

struct ReplaceCase {
  const char* regex;
  const char* with;
  const char* before;
  const char* after;
};

const ReplaceCase kReplaced[] = {
    {"[0-9]+", "N", R"("a1b22")", R"("aNbN")"},
    {"(\\w+)@(\\w+)", "\\2 at \\1 (\\0)", R"("x me@here y")", R"("x here at me (me@here) y")"},
    {"^/user/[^/]+", "/user/:id", R"("/user/42/cart")", R"("/user/:id/cart")"},
    {"x*", "-", R"("abc")", R"("-a-b-c-")"},
    {"b*", "-", R"("abc")", R"("-a-c-")"},
    {"$", "!", R"("")", R"("!")"},
    {"q", "", R"("qqq")", R"("")"},
    {"\\\\", "/", R"("C:\\dir\\file")", R"("C:/dir/file")"},
    {"\"", "\\\\", R"("say \"x\"")", R"("say \\x\\")"},
    {"(a)|(b)", "[\\1\\2]", R"("ab")", R"("[a][b]")"},
    {"none", "x", R"("abc\n")", R"("abc\n")"},
    {".", "x", "\"\xc3\xa4\xe2\x82\xac\"", R"("xx")"},
    {"1", "x", "11", "11"},
};

TEST(ReplaceStage, ReplacesEveryMatch) {
  for (const ReplaceCase& test : kReplaced) {
    const Regex regex = *Regex::Compile(test.regex);
    ASSERT_TRUE(regex.CheckRewrite(test.with).ok()) << test.with;
    StagedLines lines({std::string("{\"a\":") + test.before + "}"});
    lines.Run(Parse("json")).Run(ReplaceStage({{Path("a")}, regex, test.with}));
    EXPECT_EQ(lines.Document(0), std::string("{\"a\":") + test.after + "}")
        << test.regex << " in " << test.before;
  }
}

TEST(ReplaceStage, LeavesATextThatWouldGrowTooLong) {
  const std::string text(100'000, 'a');
  StagedLines lines({text});
  lines.Run(ReplaceStage({{Path("message")}, *Regex::Compile("a"), std::string(100, 'b')}));
  EXPECT_EQ(lines.Document(0), "{\"message\":\"" + text + "\"}");
  EXPECT_EQ(lines.failures(), 1);
}

TEST(ReplaceStage, TakesBytesThatAreNoUtf8AsTheyAre) {
  StagedLines lines(
      {"a\xff\xfe"
       "b"});
  lines.Run(ReplaceStage({{Path("message")}, *Regex::Compile("b"), "c"}));
  EXPECT_EQ(lines.Document(0),
            "{\"message\":\"a\xef\xbf\xbd\xef\xbf\xbd"
            "c\"}");
}

TEST(ReplaceStage, RefusesARewriteOfGroupsThatTheExpressionLacks) {
  const Regex regex = *Regex::Compile("(a)");
  EXPECT_TRUE(regex.CheckRewrite("\\0\\1\\\\").ok());
  EXPECT_EQ(regex.CheckRewrite("\\2").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(regex.CheckRewrite("\\x").code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tailrace
