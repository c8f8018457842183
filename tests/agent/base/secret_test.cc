#include "agent/base/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>

namespace tailrace {
namespace {

TEST(Secret, PrintsAsStars) {
  std::ostringstream out;
  out << Secret("hunter2-hunter2-hunter2-hunter2") << Secret() << Secret("x");
  EXPECT_EQ(out.str(), "******");
  EXPECT_EQ(testing::PrintToString(Secret("hunter2")), "***");
}

TEST(Secret, RevealsWhatItWasMadeFrom) {
  const Secret secret("hunter2");
  EXPECT_EQ(secret.Reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(secret, Secret("hunter2"));
  EXPECT_NE(secret, Secret("hunter3"));
}

TEST(Secret, LeavesNothingBehindWhenItMoves) {
  for (const size_t size : {size_t{7}, size_t{100}}) {
    const std::string text(size, 's');
    Secret from(text);
    const Secret to = std::move(from);
    EXPECT_EQ(to.Reveal(), text);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
    Secret assigned("older");
    Secret source(text);
    assigned = std::move(source);
    EXPECT_EQ(assigned.Reveal(), text);
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move)
  }
}

TEST(Secret, CopiesAreIndependent) {
  Secret one("one");
  Secret two = one;
  one = Secret("1");
  EXPECT_EQ(two.Reveal(), "one");
  two = one;
  EXPECT_EQ(two.Reveal(), "1");
}

}  // namespace
}  // namespace tailrace
