#include "agent/pattern/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

Regex MustCompile(std::string_view pattern, RegexOptions options = {}) {
  absl::StatusOr<Regex> regex = Regex::Compile(pattern, options);
  EXPECT_TRUE(regex.ok()) << regex.status();
  return *std::move(regex);
}

TEST(Regex, FullMatchIsAnchoredAndPartialMatchIsNot) {
  const Regex regex = MustCompile("api|web");
  EXPECT_TRUE(regex.FullMatch("api"));
  EXPECT_TRUE(regex.FullMatch("web"));
  EXPECT_FALSE(regex.FullMatch("api2"));
  EXPECT_TRUE(regex.PartialMatch("api2"));
  EXPECT_FALSE(regex.PartialMatch("db"));
}

TEST(Regex, DotMatchesNewlineOnlyWhenAsked) {
  EXPECT_FALSE(MustCompile("a.b").FullMatch("a\nb"));
  EXPECT_TRUE(MustCompile("a.b", {.dot_matches_newline = true}).FullMatch("a\nb"));
}

TEST(Regex, TextMayHoldNulAndInvalidUtf8) {
  const Regex regex = MustCompile("x");
  EXPECT_TRUE(regex.PartialMatch(std::string_view("\0\xff\0x", 4)));
  EXPECT_FALSE(regex.FullMatch(std::string_view("\0x", 2)));
}

TEST(Regex, ErrorsNameWhatIsWrongAndWhere) {
  struct Case {
    std::string_view pattern;
    std::string_view message;
  };
  const Case cases[] = {
      {"a(b", "bad regular expression: missing ): a(b at byte 0"},
      {"ab[c", "bad regular expression: missing ]: [c at byte 2"},
      {"x**y", "bad regular expression: bad repetition operator: ** at byte 1"},
      {"(?=x)", "bad regular expression: invalid perl operator: (?= at byte 0"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Regex::Compile(c.pattern).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.pattern;
    EXPECT_EQ(FromAbsl(status.message()), c.message);
  }
}

TEST(Regex, PatternsThatNeedTooMuchMemoryAreRefused) {
  EXPECT_EQ(Regex::Compile("((x{100}){100}){100}").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Regex::Compile(std::string(Regex::kMaxPatternBytes + 1, 'x')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Regex, CatastrophicPatternsStayLinear) {
  const Regex regex = MustCompile("(a*)*(a|aa)+$");
  EXPECT_FALSE(regex.FullMatch(std::string(100'000, 'a') + "b"));
}

TEST(Regex, CopiesMatchAfterTheOriginalIsGone) {
  Regex copy = MustCompile("x");
  {
    const Regex original = MustCompile("a+");
    copy = original;
  }
  EXPECT_TRUE(copy.FullMatch("aaa"));
  EXPECT_EQ(copy.pattern(), "a+");
}

TEST(Regex, FindsFromAnOffsetInTheWholeText) {
  const absl::StatusOr<Regex> regex = Regex::Compile("\\ba(b*)");
  ASSERT_TRUE(regex.ok());
  const std::string_view text = "aabb abb";
  std::string_view found[2];
  ASSERT_TRUE(regex->FindFrom(text, 0, found));
  EXPECT_EQ(found[0], "a");
  EXPECT_EQ(found[1], "");
  ASSERT_TRUE(regex->FindFrom(text, 1, found));  // The second byte begins no word.
  EXPECT_EQ(found[0].data() - text.data(), 5);
  EXPECT_EQ(found[1], "bb");
  EXPECT_FALSE(regex->FindFrom(text, 6, found));
  EXPECT_FALSE(regex->FindFrom("", 0, found));
}

}  // namespace
}  // namespace tailrace
