#include "agent/lang/filter_exclusion.h"

#include <gtest/gtest.h>

#include <string_view>

namespace tailrace {
namespace {

enum class Shown { kNothing, kNever, kAlways };

Shown ShownBy(std::string_view text) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text);
  EXPECT_TRUE(filter.ok()) << text << " " << filter.status();
  EXPECT_FALSE(filter->IsNeverTrue() && filter->IsAlwaysTrue()) << text;
  if (filter->IsNeverTrue()) return Shown::kNever;
  return filter->IsAlwaysTrue() ? Shown::kAlways : Shown::kNothing;
}

TEST(FilterExclusion, SeesContradictionsOfTexts) {
  struct Case {
    std::string_view text;
    Shown shown;
  };
  const Case cases[] = {
      {R"(a="x" and a="y")", Shown::kNever},
      {R"(a="x" and b="y")", Shown::kNothing},
      {R"(a="x" and .a="y")", Shown::kNothing},  // A label and a field, perhaps.
      {R"(a="x" and b="y" and c="z" and a="z")", Shown::kNever},
      {R"(a="x" and (b="1" or a="y"))", Shown::kNothing},
      {R"(a="x" and (a="z" or a="y"))", Shown::kNothing},  // Each may be seen alone only.
      {R"((a="x" and a="y") or (b=1 and b=2))", Shown::kNever},
      {R"((a="x" and a="y") or b=1)", Shown::kNothing},
      {R"(a="x" and a!="x")", Shown::kNever},
      {R"(a="x" and not a="x")", Shown::kNever},
      {R"(a="x" and a=~"y.*")", Shown::kNever},
      {R"(a="x" and a!~"x|y")", Shown::kNever},
      {R"(a=~"x|y" and a=~"z|w")", Shown::kNever},
      {R"(a=~"x|y" and a!="x" and a!="y")", Shown::kNever},
      {R"(a=~"x|y" and a!="x")", Shown::kNothing},
      {R"(a=~"x[0-9]+" and a!~"x[0-9]+")", Shown::kNever},
      {R"(a="x" and a>5)", Shown::kNever},
      {R"(a="" and a!=5)", Shown::kNever},
      {R"(a="7" and a>5)", Shown::kNothing},
      {R"(a="" and a!=ip("::1"))", Shown::kNothing},  // An empty text has no address in it.
      {R"(a="10.0.0.1" and a=ip("11.0.0.0/8"))", Shown::kNever},
      {R"(a!~".*")", Shown::kNever},
      {R"(a=~".*")", Shown::kAlways},
      {R"(b=1 or a=~".*")", Shown::kAlways},
      {R"(a="x" or a!="x")", Shown::kAlways},
      {R"(not (a="x" and a="y"))", Shown::kAlways},
      {R"(a!="x" or a!="y")", Shown::kAlways},
      {R"(a="x" or a="y")", Shown::kNothing},
      {R"(not not a=~".*")", Shown::kAlways},
  };
  for (const Case& c : cases) EXPECT_EQ(ShownBy(c.text), c.shown) << c.text;
}

TEST(FilterExclusion, SeesRangesThatDoNotMeet) {
  struct Case {
    std::string_view text;
    Shown shown;
  };
  const Case cases[] = {
      {"a>5 and a<5", Shown::kNever},
      {"a>=5 and a<=5", Shown::kNothing},
      {"a>=5 and a<5", Shown::kNever},
      {"a>5 and a<=5", Shown::kNever},
      {"a>=5 and a<=5 and a!=5", Shown::kNever},
      {"a=5 and a!=5", Shown::kNever},
      {"a=5 and a=6", Shown::kNever},
      {"a>5 and a<6", Shown::kNothing},
      {"a>5 and b<5", Shown::kNothing},
      {"a>1s and a<500ms", Shown::kNever},
      {"a>10KiB and a<1KB", Shown::kNever},
      {"a>5 and a<1s", Shown::kNothing},
      {"a!=5 and a!=6", Shown::kNothing},
      {"a>5 and not a>3", Shown::kNever},
      {"a>5 and not a>7", Shown::kNothing},
      {"not a>5 and not a<=5", Shown::kNothing},  // What is no number is neither.
      {"a>5 or a<=5", Shown::kNothing},
      {"a!=5 and not a<=5 and not a>5", Shown::kNothing},  // NaN is none of these.
      {"a>5 and not a>5", Shown::kNever},
      {"a>5 or not a>5", Shown::kAlways},
      {R"(a=ip("::1") and not a=ip("::1"))", Shown::kNever},
      {R"(a=ip("::1") and a!=ip("::1"))", Shown::kNothing},
  };
  for (const Case& c : cases) EXPECT_EQ(ShownBy(c.text), c.shown) << c.text;
}

}  // namespace
}  // namespace tailrace
