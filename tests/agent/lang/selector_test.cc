#include "agent/lang/selector.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

using Labels = std::map<std::string, std::string, std::less<>>;

bool Matches(std::string_view selector, const Labels& labels) {
  const absl::StatusOr<Selector> compiled = Selector::Parse(selector);
  EXPECT_TRUE(compiled.ok()) << selector << " " << compiled.status();
  return compiled->Matches([&labels](std::string_view name) -> std::string_view {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string_view() : found->second;
  });
}

TEST(Selector, MatchesAsLokiDoes) {
  const Labels shop = {{"namespace", "shop"}, {"container", "api"}, {"pod", "api-7d9"}};
  struct Case {
    std::string_view selector;
    bool matches;
  };
  const Case cases[] = {
      {"{}", true},
      {R"({namespace="shop"})", true},
      {R"({namespace="sho"})", false},
      {R"({namespace="Shop"})", false},
      {R"({namespace="shop", container=~"api|web"})", true},
      {R"({namespace="shop", container=~"db|web"})", false},
      {R"({container=~"ap"})", false},    // Anchored at the end ...
      {R"({container=~"pi"})", false},    // ... and at the start,
      {R"({container=~"a|api"})", true},  // around the whole alternation.
      {R"({pod=~"api-.*"})", true},
      {R"({pod!~"api-.*"})", false},
      {R"({pod!~"api"})", true},
      {R"({container!="web"})", true},
      {R"({container!="api"})", false},
      {R"({app=""})", true},  // A missing label is the empty string.
      {R"({app!=""})", false},
      {R"({app=~".*"})", true},
      {R"({app=~".+"})", false},
      {R"({app!~".+"})", true},
      {R"({app!="x"})", true},
      {R"({app=~"x|"})", true},
      {R"({namespace="shop", namespace!="shop"})", false},
      {R"({pod=~`api-\w+`})", true},
      {R"({pod=~"api-\\w+"})", true},
      {R"({container=~"(?i)API"})", true},
  };
  for (const Case& c : cases) EXPECT_EQ(Matches(c.selector, shop), c.matches) << c.selector;
}

TEST(Selector, DotMatchesANewlineInALabel) {
  EXPECT_TRUE(Matches(R"({job=~"a.b"})", {{"job", "a\nb"}}));
}

TEST(Selector, ADefaultOneMatchesEverything) {
  EXPECT_TRUE(Selector().matches_everything());
  EXPECT_TRUE(Selector().Matches([](std::string_view) { return std::string_view("x"); }));
  EXPECT_EQ(Selector().ToString(), "{}");
}

TEST(Selector, BadRegularExpressionsPointAtTheirString) {
  const absl::Status status = Selector::Parse(R"({a="b", c=~"x(y"})").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SyntaxErrorOffset(status), 11u);
  EXPECT_EQ(FromAbsl(status.message()), "bad regular expression: missing ): x(y at byte 0");
}

TEST(Selector, ToStringParsesBackToTheSame) {
  const std::string text = R"({a="1\"\\\n",b!="2",c=~"x|y",d!~"z"})";
  const absl::StatusOr<Selector> once = Selector::Parse(text);
  ASSERT_TRUE(once.ok()) << once.status();
  EXPECT_EQ(once->ToString(), text);
}

TEST(Selector, IsWithinSeesSupersetsOfMatchers) {
  struct Case {
    std::string_view inner;
    std::string_view outer;
    bool within;
  };
  const Case cases[] = {
      {R"({a="1"})", "{}", true},
      {R"({a="1", b="2"})", R"({a="1"})", true},
      {R"({a="1"})", R"({a="1", b="2"})", false},
      {R"({a="1"})", R"({a=~"1"})", false},  // It is, but the text does not show it.
      {"{}", R"({a="1"})", false},
      {R"({a=~"x", b="1"})", R"({a=~"x"})", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Selector::Parse(c.inner)->IsWithin(*Selector::Parse(c.outer)), c.within)
        << c.inner << " in " << c.outer;
  }
}

}  // namespace
}  // namespace tailrace
