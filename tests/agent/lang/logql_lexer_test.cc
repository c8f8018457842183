#include "agent/lang/logql_lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

std::string_view KindName(LogqlTokenKind kind) {
  constexpr std::string_view kNames[] = {"end",      "name",  "string",   "number",
                                         "duration", "bytes", "operator", "symbol"};
  return kNames[static_cast<size_t>(kind)];
}

// "KIND@OFFSET:TEXT ...", up to the end or the first error.
std::string Tokens(std::string_view text, FilterNames names) {
  LogqlLexer lexer(text, names);
  std::string listed;
  bool value = false;
  while (true) {
    const absl::StatusOr<LogqlToken> token = value ? lexer.NextValue() : lexer.Next();
    if (!token.ok()) {
      return listed + Concat({"error@", std::to_string(SyntaxErrorOffset(token.status()))});
    }
    EXPECT_EQ(token->text, text.substr(token->offset, token->length));
    if (token->kind == LogqlTokenKind::kEnd) return listed;
    listed +=
        Concat({KindName(token->kind), "@", std::to_string(token->offset), ":", token->text, " "});
    value = token->kind == LogqlTokenKind::kOperator;
  }
}

TEST(LogqlLexer, CutsFilters) {
  struct Case {
    std::string_view text;
    std::string_view tokens;
  };
  const Case cases[] = {
      {"", ""},
      {" # nothing\n ", ""},
      {"a=\"b\"", "name@0:a operator@1:= string@2:\"b\" "},
      {"log.level =~ `x`", "name@0:log.level operator@10:=~ string@13:`x` "},
      {".a.`b c`!=\"\"", "name@0:.a.`b c` operator@8:!= string@10:\"\" "},
      {"`a b`>-1.5", "name@0:`a b` operator@5:> number@6:-1.5 "},
      {"x>=1h30m", "name@0:x operator@1:>= duration@3:1h30m "},
      {"x<10KiB,y<=5m",
       "name@0:x operator@1:< bytes@2:10KiB symbol@7:, name@8:y operator@9:<= "
       "duration@11:5m "},
      {"x==1e-3)", "name@0:x operator@1:== number@3:1e-3 symbol@7:) "},
      {"!a!~\"b\"", "symbol@0:! name@1:a operator@2:!~ string@4:\"b\" "},
      {"@t-x=1", "name@0:@t-x operator@4:= number@5:1 "},
      {"a = ip(\"x\")", "name@0:a operator@2:= name@4:ip symbol@6:( string@7:\"x\" symbol@10:) "},
      {"a|b", "name@0:a symbol@1:| name@2:b "},
      {"a=.5", "name@0:a operator@1:= number@2:.5 "},
      {"a. b", "error@2"},
  };
  for (const Case& c : cases) EXPECT_EQ(Tokens(c.text, FilterNames::kFieldPaths), c.tokens);
}

TEST(LogqlLexer, KnowsOnlyLabelNamesInQueries) {
  struct Case {
    std::string_view text;
    std::string_view tokens;
  };
  const Case cases[] = {
      {"log.level", "name@0:log symbol@3:. name@4:level "},
      {"a-b", "name@0:a symbol@1:- name@2:b "},
      {"`a`", "string@0:`a` "},
      {"{a=\"b\"} |= `c` [5m]",
       "symbol@0:{ name@1:a operator@2:= string@3:\"b\" symbol@6:} "
       "symbol@8:| operator@9:= string@11:`c` symbol@15:[ duration@16:5m "
       "symbol@18:] "},
      {"@x", "symbol@0:@ name@1:x "},
  };
  for (const Case& c : cases) EXPECT_EQ(Tokens(c.text, FilterNames::kLabels), c.tokens);
}

TEST(LogqlLexer, PointsAtWhatItCannotRead) {
  const std::string long_name(2000, 'a');
  struct Case {
    std::string_view text;
    size_t offset;
  };
  const Case cases[] = {
      {"\"a", 0},
      {"\"\\q\"", 1},
      {"`a", 0},
      {"a.``", 2},
      {"12abc", 0},
      {"1.2.3", 0},
      {"1h30", 0},
      {"a.`b", 2},
      {"1e+", 0},
      {long_name, 0},
      {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", 32},
  };
  for (const Case& c : cases) {
    LogqlLexer lexer(c.text, FilterNames::kFieldPaths);
    const absl::Status status = lexer.Next().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

TEST(LogqlLexer, ATokenIsTakenBackByStartingAtIt) {
  LogqlLexer lexer("a b", FilterNames::kLabels);
  EXPECT_EQ(lexer.Next()->text, "a");
  const LogqlToken token = *lexer.Next();
  EXPECT_EQ(lexer.Next()->kind, LogqlTokenKind::kEnd);
  EXPECT_EQ(lexer.Next()->kind, LogqlTokenKind::kEnd);
  lexer.StartAt(token.offset);
  EXPECT_EQ(lexer.Next()->text, "b");
}

TEST(LogqlToken, AWordIsOfEitherCaseAndNotInBackticks) {
  const auto is_and = [](std::string_view text) {
    return LogqlLexer(text, FilterNames::kFieldPaths).Next()->IsWord("and");
  };
  EXPECT_TRUE(is_and("and"));
  EXPECT_TRUE(is_and("AND"));
  EXPECT_FALSE(is_and("`and`"));
  EXPECT_FALSE(is_and(".and"));
  EXPECT_FALSE(is_and("andy"));
  EXPECT_FALSE(is_and("\"and\""));
}

}  // namespace
}  // namespace tailrace
