#include "agent/base/check.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

TEST(Check, TrueConditionGoesOnAndIsEvaluatedOnce) {
  int evaluated = 0;
  CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, FalseConditionAbortsAndNamesItselfAndThePlace) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(CHECK(1 + 1 == 3), "check_test.cc:[0-9]+: CHECK\\(1 \\+ 1 == 3\\) failed");
}

}  // namespace
}  // namespace tailrace
