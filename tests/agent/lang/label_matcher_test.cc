#include "agent/lang/label_matcher.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

TEST(ParseMatchers, ReadsEveryOperatorAndItsOffsets) {
  const absl::StatusOr<std::vector<LabelMatcher>> matchers =
      ParseMatchers(R"( {a="1", b!=`2` ,_c3=~"x|y",d!~"z"} )");
  ASSERT_TRUE(matchers.ok()) << matchers.status();
  ASSERT_EQ(matchers->size(), 4u);
  const MatchOp ops[] = {MatchOp::kEqual, MatchOp::kNotEqual, MatchOp::kMatches,
                         MatchOp::kNotMatches};
  const std::string_view labels[] = {"a", "b", "_c3", "d"};
  const std::string_view values[] = {"1", "2", "x|y", "z"};
  const size_t value_offsets[] = {4, 12, 22, 31};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*matchers)[i].op, ops[i]);
    EXPECT_EQ((*matchers)[i].label, labels[i]);
    EXPECT_EQ((*matchers)[i].value, values[i]);
    EXPECT_EQ((*matchers)[i].value_offset, value_offsets[i]);
  }
}

TEST(ParseMatchers, EmptySelectorAndCommentsAreFine) {
  EXPECT_TRUE(ParseMatchers("{}")->empty());
  EXPECT_TRUE(ParseMatchers(" { # nothing\n } ")->empty());
  EXPECT_EQ(ParseMatchers("{\n  a=\"1\", # one\n  b=\"2\"\n}")->size(), 2u);
}

TEST(ParseMatchers, ErrorsSayWhatWasExpectedAndWhere) {
  struct Case {
    std::string_view text;
    size_t offset;
    std::string_view message;
  };
  const Case cases[] = {
      {"", 0, "expected \"{\": a selector looks like {namespace=\"shop\"}"},
      {"namespace=\"shop\"", 0, "expected \"{\": a selector looks like {namespace=\"shop\"}"},
      {"{", 1, "expected a label name"},
      {"{a}", 2, "expected one of = != =~ !~"},
      {"{a==\"b\"}", 2, "expected \"=\" (one equals sign)"},
      {"{a=b}", 3, "expected a string in double quotes or backticks"},
      {"{a='b'}", 3, "expected a string in double quotes or backticks"},
      {"{a=\"b}", 3, "this string is never closed"},
      {"{a=\"b\"", 6, "expected \",\" or \"}\""},
      {"{a=\"b\" c=\"d\"}", 7, "expected \",\" or \"}\""},
      {"{a=\"b\",}", 7, "expected a label name"},
      {"{a=\"b\"} x", 8, "expected nothing after the selector's \"}\""},
      {"{a=\"b\"} |= \"x\"", 8, "expected nothing after the selector's \"}\""},
      {"{1a=\"b\"}", 1, "expected a label name"},
      {"{a<\"b\"}", 2, "expected one of = != =~ !~"},
      {"{a=~\"\\d\"}", 5,
       "not an escape that strings know; a backslash is written \\\\, or the string in backticks"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseMatchers(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

TEST(ParseMatchers, LengthAndCountAreBounded) {
  EXPECT_EQ(ParseMatchers("{" + std::string(70'000, ' ') + "}").status().code(),
            absl::StatusCode::kInvalidArgument);
  std::string text = "{a=\"\"";
  for (int i = 0; i < 63; ++i) text += ",a=\"\"";
  EXPECT_EQ(ParseMatchers(text + "}")->size(), 64u);
  EXPECT_EQ(ParseMatchers(text + ",a=\"\"}").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(IsLabelName, FollowsPrometheus) {
  for (std::string_view good : {"a", "_", "__x", "A9", "app_kubernetes_io"}) {
    EXPECT_TRUE(IsLabelName(good)) << good;
  }
  for (std::string_view bad : {"", "9a", "a-b", "a.b", "a b", "\xC3\xA9"}) {
    EXPECT_FALSE(IsLabelName(bad)) << bad;
  }
}

}  // namespace
}  // namespace tailrace
