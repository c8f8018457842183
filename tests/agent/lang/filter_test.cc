#include "agent/lang/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

// With brackets around everything that joins.
std::string Structure(const FilterNode& node) {
  if (node.kind == FilterNodeKind::kCompare) return Filter::FilterText(node);
  if (node.kind == FilterNodeKind::kNot) {
    return Concat({"not(", Structure(node.children.front()), ")"});
  }
  std::string text;
  for (const FilterNode& child : node.children) {
    if (!text.empty()) text += node.kind == FilterNodeKind::kAnd ? " and " : " or ";
    text += Structure(child);
  }
  return Concat({"(", text, ")"});
}

TEST(Filter, BindsAsLokiDoes) {
  struct Case {
    std::string_view text;
    std::string_view structure;
  };
  const Case cases[] = {
      {R"(a="1")", R"(a="1")"},
      {R"(((a="1")))", R"(a="1")"},
      {R"(a="1" and b="2" and c="3")", R"((a="1" and b="2" and c="3"))"},
      {R"(a="1" and (b="2" and c="3"))", R"((a="1" and b="2" and c="3"))"},
      {R"(a="1" or b="2" and c="3")", R"((a="1" or (b="2" and c="3")))"},
      {R"(a="1" and b="2" or c="3")", R"(((a="1" and b="2") or c="3"))"},
      {R"(a="1", b="2" c="3")", R"((a="1" and b="2" and c="3"))"},
      {R"(a="1", b="2" or c="3")", R"((a="1" and (b="2" or c="3")))"},
      {R"(a="1" b="2" or c="3")", R"((a="1" and (b="2" or c="3")))"},
      {R"(a="1" or b="2", c="3")", R"((a="1" or (b="2" and c="3")))"},
      {R"(a="1" and b="2", c="3" or d="4")", R"((a="1" and b="2" and (c="3" or d="4")))"},
      {R"((a="1" or b="2"), c="3")", R"(((a="1" or b="2") and c="3"))"},
      {R"((a="1" or b="2") (c="3" or d="4"))", R"(((a="1" or b="2") and (c="3" or d="4")))"},
      {R"(not a="1" and b="2")", R"((not(a="1") and b="2"))"},
      {R"(not (a="1" or b="2"))", R"(not((a="1" or b="2")))"},
      {R"(a="1" !b="2")", R"((a="1" and not(b="2")))"},
      {R"(!not a="1")", R"(not(not(a="1")))"},
      {R"(a="1" AND b="2" Or c="3")", R"(((a="1" and b="2") or c="3"))"},
      {R"(not="1" and `or`="2" and .and="3")", R"((`not`="1" and `or`="2" and .and="3"))"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Filter> filter = Filter::Parse(c.text);
    ASSERT_TRUE(filter.ok()) << c.text << " " << filter.status();
    EXPECT_EQ(Structure(filter->root()), c.structure) << c.text;
  }
}

TEST(Filter, PrintsWhatParsesBackToTheSame) {
  struct Case {
    std::string_view text;
    std::string_view printed;
  };
  const Case cases[] = {
      {R"(log.level = "debug" and path == "/healthz")", R"(log.level="debug" and path="/healthz")"},
      {"status >= 500 or duration > 1.5s and size < 10KiB",
       "status>=500 or duration>1s500ms and size<10KiB"},
      {R"(not (a =~ "x.*|y") and `odd key` != "" , remote == ip("10.0.0.0/8"))",
       R"(not a=~"x.*|y" and `odd key`!="" and remote=ip("10.0.0.0/8"))"},
      {".namespace=`a\"b`", R"(.namespace="a\"b")"},
      {R"(a!~"x" b="\n\t\\\x00é")", R"(a!~"x" and b="\n\t\\\x00é")"},
      {"x=-5, y!=1e300 z<=0", "x=-5 and y!=1e+300 and z<=0"},
      {"(a=1 or b=2) and not (c=3 and d=4)", "(a=1 or b=2) and not (c=3 and d=4)"},
      {"a=1d or a=42MB or a!=ip(`::1`)", R"(a=24h or a=42MB or a!=ip("::1"))"},
      {"a=1 # first\nb=2", "a=1 and b=2"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Filter> filter = Filter::Parse(c.text);
    ASSERT_TRUE(filter.ok()) << c.text << " " << filter.status();
    EXPECT_EQ(filter->ToString(), c.printed);
    EXPECT_EQ(Structure(Filter::Parse(c.printed)->root()), Structure(filter->root()));
  }
}

TEST(Filter, EveryNodeKnowsItsPlace) {
  const std::string_view text = R"( (a="1" or not (.b.c > 5ms)), d = ip("::1") )";
  const Filter filter = *Filter::Parse(text);
  const auto at = [text](size_t offset, size_t length) { return text.substr(offset, length); };
  const FilterNode& all = filter.root();
  EXPECT_EQ(at(all.offset, all.length), R"((a="1" or not (.b.c > 5ms)), d = ip("::1"))");
  const FilterNode& either = all.children[0];
  EXPECT_EQ(at(either.offset, either.length), R"(a="1" or not (.b.c > 5ms))");
  const FilterNode& negation = either.children[1];
  EXPECT_EQ(at(negation.offset, negation.length), "not (.b.c > 5ms)");
  const FilterNode& comparison = negation.children[0];
  EXPECT_EQ(at(comparison.offset, comparison.length), ".b.c > 5ms");
  EXPECT_EQ(at(comparison.name.offset, comparison.name.length), ".b.c");
  EXPECT_EQ(at(comparison.value.offset, comparison.value.length), "5ms");
  EXPECT_TRUE(comparison.name.own);
  EXPECT_EQ(comparison.value.number, 5e6);
  const FilterValue& address = all.children[1].value;
  EXPECT_EQ(at(address.offset, address.length), R"(ip("::1"))");
  EXPECT_EQ(filter.comparisons().size(), 3u);
  EXPECT_EQ(filter.comparisons()[1], &comparison);
}

TEST(Filter, SaysWhatItExpectedAndWhere) {
  struct Case {
    std::string_view text;
    size_t offset;
    std::string_view message;
  };
  const Case cases[] = {
      {"", 0, "expected the name of a field or label, \"not\" or \"(\""},
      {"# only a comment", 16, "expected the name of a field or label, \"not\" or \"(\""},
      {"a", 1, "expected an operator after a: one of = != =~ !~ > >= < <="},
      {"a b", 2, "expected an operator after a: one of = != =~ !~ > >= < <="},
      {"a=", 2,
       "expected a string in quotes, a number, a duration, a size or ip(\"...\") after \"=\""},
      {"a=b", 2,
       "expected a string in quotes, a number, a duration, a size or ip(\"...\") after \"=\""},
      {"a='b'", 2,
       "expected a string in quotes, a number, a duration, a size or ip(\"...\") after \"=\""},
      {"a=~5", 3, "expected a string after \"=~\""},
      {"a>\"5\"", 2,
       "expected a number, a duration or a size after \">\"; a string follows one of = != =~ !~"},
      {"a>5x", 2, "expected a number, a duration such as 1h30m or 250ms, or a size such as 10KiB"},
      {"a=1 and", 7, "expected the name of a field or label, \"not\" or \"(\""},
      {"a=1,", 4, "expected the name of a field or label, \"not\" or \"(\""},
      {"and=1", 0, "expected the name of a field or label, \"not\" or \"(\""},
      {"(a=1", 4, "expected \")\", \"and\" or \"or\""},
      {"()", 1, "expected the name of a field or label, \"not\" or \"(\""},
      {"a=1)", 3, "expected \"and\", \"or\", a comma or the end of the filter"},
      {"a=1 | b=2", 4, "expected \"and\", \"or\", a comma or the end of the filter"},
      {"a=1 && b=2", 4, "expected \"and\", \"or\", a comma or the end of the filter"},
      {"not", 3, "expected the name of a field or label, \"not\" or \"(\""},
      {"a=~\"(\"", 3, "bad regular expression: missing ): ( at byte 0"},
      {"a>ip(\"::1\")", 2, "expected a number, a duration or a size; ip() follows = or !="},
      {"a=ip", 4, "expected \"(\" after ip"},
      {"a=ip(5)", 5, "expected an address in quotes, such as \"10.0.0.0/8\""},
      {"a=ip(\"::1\"", 10, "expected \")\" after the address"},
      {"a=\"b", 2, "this string is never closed"},
      {"a..b=1", 2, "expected the name of a field after the dot"},
      {"`a=1", 0, "this backtick is never closed"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Filter::Parse(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
  const absl::Status bad_address = Filter::Parse(R"(a=ip("x"))").status();
  EXPECT_EQ(SyntaxErrorOffset(bad_address), 2u);
}

TEST(Filter, IsStrictInRuleFiles) {
  for (const std::string_view text :
       {R"(a="b" and c>5, d=~"x" or (e==5MB f!=ip("::1")))", R"(a="1" AND not_b="2")"}) {
    EXPECT_TRUE(Filter::Parse(text, FilterNames::kLabels).ok()) << text;
  }
  struct Case {
    std::string_view text;
    size_t offset;
  };
  const Case cases[] = {{R"(log.level="b")", 3}, {R"(.a="b")", 0},      {R"(a=="b")", 1},
                        {R"(not a="b")", 4},     {R"(!a="b")", 0},      {R"(`a`="b")", 0},
                        {R"(a="b" !c="d")", 6},  {R"(trace-id="b")", 5}};
  for (const Case& c : cases) {
    const absl::Status status = Filter::Parse(c.text, FilterNames::kLabels).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

TEST(Filter, StopsInAQueryWhereItEnds) {
  struct Case {
    std::string_view query;
    std::string_view filter;
    std::string_view rest;
  };
  const Case cases[] = {
      {R"(a="b" and c>5 | json)", R"(a="b" and c>5)", "| json"},
      {"a>5[5m]", "a>5", "[5m]"},
      {R"(a="b")) by (x))", R"(a="b")", ")) by (x)"},
      {R"(a="b")", R"(a="b")", ""},
  };
  for (const Case& c : cases) {
    LogqlLexer lexer(c.query, FilterNames::kLabels);
    const absl::StatusOr<Filter> filter = Filter::ParseFrom(lexer);
    ASSERT_TRUE(filter.ok()) << filter.status();
    EXPECT_EQ(filter->ToString(), c.filter);
    EXPECT_EQ(c.query.substr(lexer.at()), c.rest);
  }
}

std::string Repeated(std::string_view text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(Filter, BoundsWhatIsWritten) {
  const std::string comparisons = Repeated("a=1,", 255) + "a=1";
  EXPECT_TRUE(Filter::Parse(comparisons).ok());
  const std::string alternating = Repeated("a=1,a=2 or ", 127) + "a=1";
  EXPECT_TRUE(Filter::Parse(alternating).ok());
  EXPECT_TRUE(Filter::Parse(Repeated("(", 64) + "a=1" + Repeated(")", 64)).ok());
  struct Case {
    std::string text;
    std::string_view message;
  };
  const Case cases[] = {
      {comparisons + ",a=1", "expected at most 256 comparisons"},
      {Repeated("(", 65) + "a=1", "expected at most 64 levels of brackets and \"not\""},
      {Repeated("not ", 65) + "a=1", "expected at most 64 levels of brackets and \"not\""},
      {Repeated("!", 100'00), "expected at most 64 levels of brackets and \"not\""},
      {"a=" + Repeated(" ", 64 << 10), "a filter of over 64 KiB"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Filter::Parse(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FromAbsl(status.message()), c.message);
  }
}

}  // namespace
}  // namespace tailrace
