#include "sinks/bulk_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kStart{seconds(1000)};

TEST(BulkWindow, BeginsWithOneAndDoublesARoundUntilSomethingIsRefused) {
  BulkWindow window(64);
  MonotonicTime now = kStart;
  for (const int expected : {1, 2, 4, 8, 16, 32, 64, 64}) {
    EXPECT_EQ(window.limit(), expected);
    const int round = window.limit();
    for (int i = 0; i < round; ++i) window.Taken(now, now + milliseconds(50));
    now += milliseconds(60);
  }
}

TEST(BulkWindow, IsHalvedByARefusalAndThenGrowsByOneARound) {
  BulkWindow window(16);
  MonotonicTime now = kStart;
  for (int i = 0; i < 100; ++i) window.Taken(now, now + milliseconds(50));
  EXPECT_EQ(window.limit(), 16);
  now += seconds(1);
  window.Refused(now, now + milliseconds(10));
  EXPECT_EQ(window.limit(), 8);
  for (int round = 0; round < 4; ++round) {
    now += seconds(1);
    const int before = window.limit();
    // A request more than the limit, since the steps are fractions.
    for (int i = 0; i <= before; ++i) window.Taken(now, now + milliseconds(50));
    EXPECT_EQ(window.limit(), before + 1);
  }
}

TEST(BulkWindow, RequestsThatWereUnderWayTogetherCutItOnce) {
  BulkWindow window(16);
  for (int i = 0; i < 100; ++i) window.Taken(kStart, kStart + milliseconds(50));
  const MonotonicTime sent = kStart + seconds(5);
  for (int i = 0; i < 16; ++i) window.Refused(sent, sent + milliseconds(100 + i));
  EXPECT_EQ(window.limit(), 8);
  const MonotonicTime later = sent + seconds(1);
  for (int i = 0; i < 8; ++i) window.Refused(later, later + milliseconds(100 + i));
  EXPECT_EQ(window.limit(), 4);
}

TEST(BulkWindow, SlowAnswersCutItAndUsualOnesDoNot) {
  BulkWindow window(8);
  MonotonicTime now = kStart;
  const auto answer_in = [&](milliseconds time) {
    window.Taken(now, now + time);
    now += time + milliseconds(1);
  };
  for (int i = 0; i < 20; ++i) answer_in(milliseconds(300));
  EXPECT_EQ(window.limit(), 8);
  answer_in(milliseconds(1100));  // Under four times as long as usual.
  EXPECT_EQ(window.limit(), 8);
  answer_in(milliseconds(1400));
  EXPECT_EQ(window.limit(), 4);
  answer_in(milliseconds(5000));
  EXPECT_EQ(window.limit(), 2);
}

TEST(BulkWindow, FastServersAreNotSlowBelowASecond) {
  BulkWindow window(8);
  MonotonicTime now = kStart;
  for (int i = 0; i < 20; ++i) window.Taken(now, now + milliseconds(2));
  for (int i = 0; i < 20; ++i) {
    now += seconds(1);
    window.Taken(now, now + milliseconds(900));
  }
  EXPECT_EQ(window.limit(), 8);
}

TEST(BulkWindow, GetsUsedToAServerThatStaysSlow) {
  BulkWindow window(8);
  MonotonicTime now = kStart;
  window.Taken(now, now + milliseconds(100));
  for (int i = 0; i < 400; ++i) {
    now += seconds(6);
    window.Taken(now, now + seconds(5));
  }
  EXPECT_EQ(window.limit(), 8);
}

TEST(BulkWindow, StaysWithinItsBoundsWhateverComes) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random(seed);
    const int max = 1 + static_cast<int>(random() % 64);
    BulkWindow window(max);
    MonotonicTime now = kStart;
    int refusals_ago = 0;
    for (int i = 0; i < 500; ++i) {
      const MonotonicTime sent = now - milliseconds(random() % 3000);
      now += milliseconds(random() % 100);
      const int before = window.limit();
      if (random() % 4 == 0) {
        window.Refused(sent, now);
        EXPECT_LE(window.limit(), before);
        EXPECT_GE(window.limit(), std::max(1, before / 2));
        refusals_ago = 0;
      } else {
        window.Taken(sent, std::max(sent, now));
        ++refusals_ago;
        EXPECT_LE(window.limit(), before + 1);
      }
      ASSERT_GE(window.limit(), 1);
      ASSERT_LE(window.limit(), max);
    }
    // It recovers in full, however it was treated.
    for (int i = 0; i < 64 * 65; ++i) {
      now += seconds(1);
      window.Taken(now, now + milliseconds(1));
    }
    EXPECT_EQ(window.limit(), max) << seed << " " << refusals_ago;
  }
}

// Many senders before one server find shares that are alike, and use it well.
TEST(BulkWindow, SendersThatShareAServerConvergeToFairShares) {
  constexpr int kSenders = 8;
  constexpr int kCapacity = 80;
  std::vector<BulkWindow> windows(kSenders, BulkWindow(64));
  MonotonicTime now = kStart;
  std::mt19937_64 random(5);
  std::vector<double> sums(kSenders);
  constexpr int kRounds = 4000;
  double used = 0;
  for (int round = 0; round < kRounds; ++round) {
    now += seconds(1);
    int total = 0;
    for (const BulkWindow& window : windows) total += window.limit();
    used += std::min(total, kCapacity);
    for (int i = 0; i < kSenders; ++i) {
      sums[i] += windows[i].limit();
      const int limit = windows[i].limit();
      // Of what is too much, everyone gets refused in proportion.
      const int excess = std::max(0, total - kCapacity);
      for (int r = 0; r < limit; ++r) {
        const bool refused = static_cast<int>(random() % static_cast<uint64_t>(total)) < excess;
        if (refused) {
          windows[i].Refused(now, now + milliseconds(50));
        } else {
          windows[i].Taken(now, now + milliseconds(100));
        }
      }
    }
  }
  const auto [least, most] = std::minmax_element(sums.begin(), sums.end());
  EXPECT_LT(*most / *least, 1.2);
  EXPECT_GT(used / kRounds / kCapacity, 0.7);
}

}  // namespace
}  // namespace tailrace
