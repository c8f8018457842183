#include "agent/base/clock.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tailrace {
namespace {

using std::chrono::seconds;

TEST(ManualClock, StandsStillUntilItIsAdvanced) {
  ManualClock clock;
  const MonotonicTime before = clock.Now();
  const int64_t wall_before = clock.WallNanos();
  EXPECT_EQ(clock.Now(), before);
  clock.Advance(seconds(90));
  EXPECT_EQ(clock.Now() - before, seconds(90));
  EXPECT_EQ(clock.WallNanos() - wall_before, 90'000'000'000);
}

TEST(ManualClock, SettingTheWallClockBackLeavesIntervalsAlone) {
  ManualClock clock;
  const MonotonicTime before = clock.Now();
  clock.SetWallNanos(1);
  EXPECT_EQ(clock.Now(), before);
  EXPECT_EQ(clock.WallNanos(), 1);
}

TEST(SystemClock, NeverRunsBackwards) {
  const SystemClock clock;
  const MonotonicTime before = clock.Now();
  EXPECT_GE(clock.Now(), before);
  EXPECT_GT(clock.WallNanos(), 1'600'000'000'000'000'000);
}

}  // namespace
}  // namespace tailrace
