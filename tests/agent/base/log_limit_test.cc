#include "agent/base/log_limit.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

using std::chrono::seconds;

int Admitted(LogLimit& limit, MonotonicTime now, int lines) {
  int admitted = 0;
  for (int i = 0; i < lines; ++i) admitted += limit.Admit(now).has_value() ? 1 : 0;
  return admitted;
}

TEST(LogLimit, ABurstGoesOutWholeAndThenOneLineASecond) {
  ManualClock clock;
  LogLimit limit;
  EXPECT_EQ(Admitted(limit, clock.Now(), LogLimit::kBurst), LogLimit::kBurst);
  EXPECT_EQ(Admitted(limit, clock.Now(), 50), 0);
  for (int i = 0; i < 5; ++i) {
    clock.Advance(seconds(1));
    EXPECT_EQ(Admitted(limit, clock.Now(), 50), 1);
  }
  clock.Advance(seconds(7));
  EXPECT_EQ(Admitted(limit, clock.Now(), 50), 7);
}

TEST(LogLimit, TheFirstLineAfterAGapKnowsHowManyWereLeftOut) {
  ManualClock clock;
  LogLimit limit;
  Admitted(limit, clock.Now(), LogLimit::kBurst + 41);
  clock.Advance(seconds(2));
  EXPECT_EQ(limit.Admit(clock.Now()), 41U);
  EXPECT_EQ(limit.Admit(clock.Now()), 0U);
}

TEST(LogLimit, ALongSilenceEarnsOneBurstAndNoMore) {
  ManualClock clock;
  LogLimit limit;
  clock.Advance(std::chrono::hours(1000));
  EXPECT_EQ(Admitted(limit, clock.Now(), 1000), LogLimit::kBurst);
}

}  // namespace
}  // namespace tailrace
