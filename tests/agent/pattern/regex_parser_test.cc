#include "agent/pattern/regex_parser.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "agent/base/strings.h"
#include "agent/pattern/regex.h"
#include "agent/pattern/regex_printer.h"

namespace tailrace {
namespace {

const RegexParseOptions kRe2 = {RegexFlavour::kRe2, nullptr};

RegexParseOptions Oniguruma() { return {RegexFlavour::kOniguruma, nullptr}; }

// With these named patterns.
RegexParseOptions Grok(const std::map<std::string, std::string>& patterns) {
  return {RegexFlavour::kOniguruma, [&patterns](std::string_view name) -> const std::string* {
            const auto found = patterns.find(std::string(name));
            return found == patterns.end() ? nullptr : &found->second;
          }};
}

std::string Printed(std::string_view pattern, const RegexParseOptions& options) {
  const absl::StatusOr<RegexTree> tree = ParseRegex(pattern, options);
  return tree.ok() ? PrintRegex(*tree) : std::string(FromAbsl(tree.status().message()));
}

TEST(RegexParser, TranslatesToRe2) {
  struct Case {
    std::string_view pattern;
    std::string_view oniguruma;
    std::string_view re2;
  };
  const Case cases[] = {
      {"ab|c", "ab|c", "ab|c"},
      {"(?<n>a)(?P<m>b)(?'o'c)", "(a)(b)(c)", "(a)(b)(c)"},
      {"(a)(?:b)", "ab", "ab"},
      {"(?>a+)b*+c++d?+", "a+b*c+d?", "a+b*c+d?"},
      {"^a$", "(?m:^)a(?m:$)", "\\Aa\\z"},
      {"\\Aa\\z", "\\Aa\\z", "\\Aa\\z"},
      {"a\\Z", "a\\x0a?\\z", "a\\x0a?\\z"},
      {"(?m)^.", "(?m:^)(?s:.)", "(?m:^)[^\\x{a}]"},
      {"(?i)a1(?-i:b)|c", "[Aa]1b|[Cc]", "[Aa]1b|[Cc]"},
      {"(?i:a)b", "[Aa]b", "[Aa]b"},
      {"(?x) a b # c\n \\ d", "ab d", "ab d"},
      {"a(?#comment)b", "ab", "ab"},
      {"\\h\\e", "[0-9A-Fa-f]\\x1b", "[0-9A-Fa-f]\\x1b"},
      {"\\s", "[\\x{9}-\\x{d}\\x{20}]", "[\\x{9}-\\x{a}\\x{c}-\\x{d}\\x{20}]"},
      {"[[:alpha:]_]", "[A-Z\\x{5f}a-z]", "[A-Z\\x{5f}a-z]"},
      {"[^\"\\\\]*", "[^\\x{22}\\x{5c}]*", "[^\\x{22}\\x{5c}]*"},
      {"[]a-]", "[\\x{2d}\\x{5d}a]", "[\\x{2d}\\x{5d}a]"},
      {"[a-c&&[^b]]", "[ac]", "[\\x{26}\\x{5b}\\x{5e}a-c]\\]"},
      {"a{2,}b{2}c{0,3}d{,2}", "a{2,}b{2}c{0,3}d{0,2}", "a{2,}b{2}c{0,3}d\\{,2\\}"},
      {"a{x}%{b", "a\\{x\\}%\\{b", "a\\{x\\}%\\{b"},
      {"(?:ab){2}", "(?:ab){2}", "(?:ab){2}"},
      {"(?:a|b)c", "(?:a|b)c", "(?:a|b)c"},
      {"\xc3\xa9+", "(?:\\xc3\\xa9)+", "(?:\\xc3\\xa9)+"},
      {"[\xc3\xa9]", "[\\x{e9}-\\x{e9}]", "[\\x{e9}-\\x{e9}]"},
      {"\\x41\\xe9", "A\\xe9", "A\\xc3\\xa9"},
      {"\\p{Greek}\\p{Alpha}", "\\p{Greek}[A-Za-z]", "\\p{Greek}[A-Za-z]"},
      {"\\Qa.b\\E+", "(?:a\\.b)+", "(?:a\\.b)+"},
      {"a||b", "a||b", "a||b"},
      {"[^\\s\\S]", "[^\\s\\S]", "[^\\s\\S]"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Printed(c.pattern, Oniguruma()), c.oniguruma) << c.pattern;
    EXPECT_EQ(Printed(c.pattern, kRe2), c.re2) << c.pattern;
  }
}

TEST(RegexParser, WhatRe2CannotDoIsNamedWithItsPlace) {
  struct Case {
    std::string_view pattern;
    std::string_view message;
  };
  const Case cases[] = {
      {"ab(?=c)", "look-ahead (?= cannot be expressed in RE2 at byte 2"},
      {"(a(?!c))", "look-ahead (?! cannot be expressed in RE2 at byte 2"},
      {"(?<=a)b", "look-behind (?<= cannot be expressed in RE2 at byte 0"},
      {"x(?<!a)b", "look-behind (?<! cannot be expressed in RE2 at byte 1"},
      {"(.)\\1", "back-reference \\1 cannot be expressed in RE2 at byte 3"},
      {"(?<n>.)\\k<n>", "back-reference \\k cannot be expressed in RE2 at byte 7"},
      {"(?<n>.)(?P=n)", "back-reference (?P= cannot be expressed in RE2 at byte 7"},
      {"(?<n>.)\\g<n>", "call of a group \\g cannot be expressed in RE2 at byte 7"},
      {"(?(1)a|b)", "condition (?( cannot be expressed in RE2 at byte 0"},
      {"(?~ab)", "absent group (?~ cannot be expressed in RE2 at byte 0"},
      {"a\\Kb", "cut of what was matched \\K cannot be expressed in RE2 at byte 1"},
      {"\\Ga", "anchor at the last match \\G cannot be expressed in RE2 at byte 0"},
      {"a(b", "missing ) at byte 1"},
      {"ab)", "unexpected ) at byte 2"},
      {"ab[c", "missing ] at byte 2"},
      {"*a", "nothing to repeat before * at byte 0"},
      {"a{3,2}", "bad repetition at byte 1"},
      {"a{1001}", "repetition over 1000 at byte 1"},
      {"[b-a]", "bad range of characters at byte 1"},
      {"[[:foo:]]", "unknown class [:foo:] at byte 1"},
      {"(?y)", "unknown kind of group (? at byte 0"},
      {"(?<>a)", "bad name of a group at byte 3"},
      {"\\x{110000}", "bad hexadecimal escape at byte 0"},
      {"a\\", "nothing behind the last \\ at byte 1"},
      {"a\xff", "not UTF-8 at byte 1"},
      {"(?#a", "missing ) at byte 0"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseRegex(c.pattern, Oniguruma()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.pattern;
    EXPECT_EQ(FromAbsl(status.message()), Concat({"bad regular expression: ", c.message}));
  }
  EXPECT_EQ(Printed("x**y", kRe2), "bad regular expression: repetition of a repetition at byte 2");
  EXPECT_EQ(Printed("a\\yb", kRe2), "bad regular expression: unknown escape \\y at byte 1");
  EXPECT_EQ(Printed("a\\yb", Oniguruma()), "ayb");
}

TEST(RegexParser, ReferencesAreReplacedByTheirBodies) {
  const std::map<std::string, std::string> patterns = {
      {"DIGIT", "[0-9]"},   {"PAIR", "%{DIGIT}|%{DIGIT:second}"},
      {"LOOK", "a(?=b)"},   {"SELF", "x%{OTHER}"},
      {"OTHER", "%{SELF}"}, {"CLOSE", "a)b"}};
  const RegexParseOptions options = Grok(patterns);
  EXPECT_EQ(Printed("%{DIGIT}+:%{PAIR:p}", options), "[0-9]+:([0-9]|([0-9]))");
  EXPECT_EQ(Printed("(?i)%{PAIR}x", options), "(?:[0-9]|([0-9]))[Xx]");
  EXPECT_EQ(Printed("%{", options), "%\\{");
  EXPECT_EQ(Printed("ab%{NONE}", options),
            "bad regular expression: unknown pattern NONE at byte 2");
  EXPECT_EQ(Printed("a%{SELF}", options),
            "bad regular expression: pattern SELF refers to itself at byte 0 of %{OTHER} at byte 1 "
            "of %{SELF} at byte 1");
  EXPECT_EQ(Printed("ab%{LOOK}", options),
            "bad regular expression: look-ahead (?= cannot be expressed in RE2 at byte 1 of "
            "%{LOOK} at byte 2");
  EXPECT_EQ(Printed("%{CLOSE}", options),
            "bad regular expression: unexpected ) at byte 1 of %{CLOSE} at byte 0");
  EXPECT_EQ(Printed("%{DIGIT:a:date}", options),
            "bad regular expression: unknown type \"date\"; known: int, float, bool, string at "
            "byte 0");
  EXPECT_EQ(Printed("%{DIGIT:[a}", options),
            "bad regular expression: bad reference %{DIGIT:[a} at byte 0");
  EXPECT_EQ(Printed("a%{DIGIT:a", options), "bad regular expression: %{ without } at byte 1");
}

TEST(RegexParser, CapturesHaveFieldNamesAndTypes) {
  const std::map<std::string, std::string> patterns = {{"N", "[0-9]+"}};
  const absl::StatusOr<RegexTree> tree = ParseRegex(
      "%{N:plain}%{N:[http][status]:int}%{N:a.b:float}(?<[x][y]>z)%{N:c:bool}%{N:[@m][d]:string}",
      Grok(patterns));
  ASSERT_TRUE(tree.ok()) << tree.status();
  std::string captures;
  for (const RegexCapture& capture : tree->captures) {
    captures += capture.name + ":" + std::to_string(static_cast<int>(capture.type)) + " ";
  }
  EXPECT_EQ(captures, "plain:0 http.status:1 a.b:2 x.y:0 c:3 @m.d:0 ");
}

TEST(RegexParser, SizesAreBounded) {
  EXPECT_FALSE(ParseRegex(std::string(300, '(') + std::string(300, ')'), kRe2).ok());
  EXPECT_TRUE(ParseRegex(std::string(150, '(') + std::string(150, ')'), kRe2).ok());
  std::map<std::string, std::string> patterns = {{"P0", "[a-z]"}};
  for (int i = 1; i < 20; ++i) {
    const std::string below = "%{P" + std::to_string(i - 1) + "}";
    patterns["P" + std::to_string(i)] = below + "x" + below;
  }
  const absl::Status status = ParseRegex("%{P19}", Grok(patterns)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(status.message().find("too large") != absl::string_view::npos) << status;
}

TEST(RegexParser, PrintedPatternsMatchWhatTheirOriginalsMatch) {
  constexpr std::string_view kPatterns[] = {
      "a(b|cd)*e",
      "[a-c]+?d",
      "^(\\w+)\\s+(\\d{1,3})$",
      "(?i)error|warn(ing)?",
      "(?m)^b.*c$",
      "(?s)a.c",
      "\\bfoo\\b",
      "a{2,3}b{0,2}",
      "(?U)a+b",
      "[^a-z\\d]x",
      "x*",
      "(a|ab)(c|bcd)(d*)",
      "\\x41\\x41|\\t",
      "[[:^alpha:]]+",
      "\\Qa.b\\E",
      "(?i)[k-m]+(?-i)S",
  };
  constexpr std::string_view kTexts[] = {
      "",         "a",    "abcde",   "acdbe",  "abc 123", "ERROR",  "warning",
      "x\nbc\ny", "a\nc", "a foo b", "foobar", "aab",     "aaabbb", "A1x",
      "abcd",     "AA",   "\t",      "a.b",    "kLmS",    "kLms",   "word 1234",
  };
  for (std::string_view pattern : kPatterns) {
    const absl::StatusOr<Regex> original = Regex::Compile(pattern);
    ASSERT_TRUE(original.ok()) << original.status();
    const std::string printed = Printed(pattern, kRe2);
    const absl::StatusOr<Regex> copy = Regex::Compile(printed, {.bytes = true});
    ASSERT_TRUE(copy.ok()) << pattern << " -> " << printed << ": " << copy.status();
    for (std::string_view text : kTexts) {
      EXPECT_EQ(original->FullMatch(text), copy->FullMatch(text)) << pattern << " on " << text;
      EXPECT_EQ(original->PartialMatch(text), copy->PartialMatch(text))
          << pattern << " on " << text;
    }
  }
}

}  // namespace
}  // namespace tailrace
