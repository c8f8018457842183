#include "agent/pattern/line_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

LinePattern MustCompile(std::string_view pattern) {
  absl::StatusOr<LinePattern> compiled = LinePattern::Compile(pattern);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return *std::move(compiled);
}

// "name=value" for each capture; "name" alone for one that takes no part.
std::string Captured(const LinePattern& pattern, std::string_view text) {
  std::vector<std::string_view> values(pattern.captures().size());
  if (!pattern.Match(text, values)) return "no match";
  std::string result;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) result += ' ';
    result += pattern.captures()[i].name;
    if (values[i].data() != nullptr) result += "=" + std::string(values[i]);
  }
  return result;
}

TEST(LinePattern, CapturesByName) {
  const LinePattern pattern = MustCompile("(?<a>\\w+)=(?P<b>\\d*)(?<c>x)?");
  EXPECT_EQ(Captured(pattern, "-- key=12"), "a=key b=12 c");
  EXPECT_EQ(Captured(pattern, "key=x"), "a=key b= c=x");
  EXPECT_EQ(Captured(pattern, "key"), "no match");
  EXPECT_EQ(Captured(pattern, ""), "no match");
}

TEST(LinePattern, NamesMayComeTwice) {
  const LinePattern pattern = MustCompile("^(?:a(?<n>\\d)|b(?<n>\\d))$");
  EXPECT_EQ(Captured(pattern, "a1"), "n=1 n");
  EXPECT_EQ(Captured(pattern, "b2"), "n n=2");
}

TEST(LinePattern, GroupsWithoutNamesAreNotKept) {
  EXPECT_EQ(Captured(MustCompile("(a)(?<n>b)"), "ab"), "n=b");
}

TEST(LinePattern, TextNeedNotBeUtf8) {
  const LinePattern pattern = MustCompile("\"(?<q>[^\"]*)\" (?<r>.*)");
  EXPECT_EQ(Captured(pattern, "\"\xff\xc3\" \x80z"), "q=\xff\xc3 r=\x80z");
}

TEST(LinePattern, CharactersBeyondAsciiAreCharactersWherePatternsNameThem) {
  EXPECT_EQ(Captured(MustCompile("(?<n>[\xc3\xa4-\xc3\xbc]+)"), "x\xc3\xb6\xc3\xa4"),
            "n=\xc3\xb6\xc3\xa4");
  EXPECT_EQ(Captured(MustCompile("(?<n>\\p{Greek}+)"), "x \xce\xb1\xce\xb2"), "n=\xce\xb1\xce\xb2");
  EXPECT_EQ(Captured(MustCompile("(?i)(?<n>\xc3\x84)"), "\xc3\xa4"), "n=\xc3\xa4");
  EXPECT_EQ(Captured(MustCompile("(?<n>\xc3\xa4+)"), "\xc3\xa4\xc3\xa4"), "n=\xc3\xa4\xc3\xa4");
}

TEST(LinePattern, FewerCapturesMayBeAskedFor) {
  const LinePattern pattern = MustCompile("(?<a>.)(?<b>.)");
  std::string_view first[1];
  EXPECT_TRUE(pattern.Match("xy", first));
  EXPECT_EQ(first[0], "x");
  EXPECT_TRUE(pattern.Match("xy", {}));
}

TEST(LinePattern, TooManyCapturesAreRefused) {
  std::string pattern;
  for (size_t i = 0; i <= LinePattern::kMaxCaptures; ++i) pattern += "(?<n>a?)";
  EXPECT_EQ(LinePattern::Compile(pattern).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tailrace
