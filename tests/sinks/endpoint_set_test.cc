#include "sinks/endpoint_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kNow{seconds(1000)};

EndpointSet MakeSet(size_t endpoints) {
  return EndpointSet(endpoints, Backoff(milliseconds(100), milliseconds(10000), 7));
}

TEST(Backoff, StaysBetweenHalfTheLeastAndTheMostAndGrows) {
  Backoff backoff(milliseconds(500), milliseconds(30000), 1);
  for (int failures : {1, 2, 3, 7, 20, 21, 1000, 1 << 30}) {
    const int64_t ceiling =
        failures > 6 ? 30000 : std::min<int64_t>(30000, 500 * (int64_t{1} << (failures - 1)));
    int64_t longest = 0;
    for (int i = 0; i < 2000; ++i) {
      const int64_t wait = backoff.After(failures).count();
      ASSERT_GE(wait, 250);
      ASSERT_LE(wait, ceiling);
      longest = std::max(longest, wait);
    }
    EXPECT_GT(longest, ceiling * 9 / 10) << failures;
  }
}

TEST(Backoff, ThoseWhoFailedTogetherDoNotComeBackTogether) {
  std::set<int64_t> waits;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    waits.insert(Backoff(milliseconds(500), milliseconds(30000), seed).After(6).count());
  }
  EXPECT_GT(waits.size(), 90u);
}

TEST(Backoff, OneMillisecondIsABoundLikeAnyOther) {
  Backoff backoff(milliseconds(1), milliseconds(1), 1);
  for (int i = 1; i < 100; ++i) EXPECT_EQ(backoff.After(i), milliseconds(1));
}

TEST(EndpointSet, HealthyEndpointsTakeTurns) {
  EndpointSet endpoints = MakeSet(3);
  for (const size_t expected : {0u, 1u, 2u, 0u}) EXPECT_EQ(endpoints.Next(kNow), expected);
  EXPECT_EQ(endpoints.down_reason(), "");
  EXPECT_LE(endpoints.NextTry(), kNow);
}

TEST(EndpointSet, AFailedOneIsLeftAloneUntilItsBackoffEnds) {
  EndpointSet endpoints = MakeSet(2);
  endpoints.Failed(0, "refused", kNow);
  EXPECT_EQ(endpoints.down_reason(), "");  // The other one works.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(endpoints.Next(kNow), 1u);
  endpoints.Failed(1, "refused too", kNow);
  EXPECT_EQ(endpoints.Next(kNow), std::nullopt);
  EXPECT_EQ(endpoints.down_reason(), "refused");
  const MonotonicTime due = endpoints.NextTry();
  EXPECT_GE(due, kNow + milliseconds(50));
  EXPECT_LE(due, kNow + milliseconds(100));
  EXPECT_TRUE(endpoints.Next(due).has_value());
}

TEST(EndpointSet, ARetryIsOneRequestUntilItsEndIsKnown) {
  EndpointSet endpoints = MakeSet(1);
  endpoints.Failed(0, "503", kNow);
  MonotonicTime now = endpoints.NextTry();
  ASSERT_EQ(endpoints.Next(now), 0u);
  EXPECT_EQ(endpoints.Next(now), std::nullopt);
  EXPECT_EQ(endpoints.NextTry(), MonotonicTime::max());
  endpoints.NothingKnown(0);
  ASSERT_EQ(endpoints.Next(now), 0u);
  EXPECT_EQ(endpoints.Next(now), std::nullopt);
  endpoints.Failed(0, "503", now);
  EXPECT_GT(endpoints.NextTry(), now);
  now = endpoints.NextTry();
  ASSERT_EQ(endpoints.Next(now), 0u);
  EXPECT_NE(endpoints.down_reason(), "");
  endpoints.Succeeded(0);
  EXPECT_EQ(endpoints.down_reason(), "");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(endpoints.Next(now), 0u);
}

TEST(EndpointSet, RequestsThatFailTogetherCountOnce) {
  EndpointSet one = MakeSet(1);
  for (int i = 0; i < 20; ++i) one.Failed(0, "reset", kNow);
  EXPECT_LE(one.NextTry(), kNow + milliseconds(100));
}

TEST(EndpointSet, WaitsAtLeastAsLongAsTheServerAsks) {
  EndpointSet endpoints = MakeSet(1);
  endpoints.Failed(0, "429", kNow, seconds(7));
  EXPECT_EQ(endpoints.NextTry(), kNow + seconds(7));
}

}  // namespace
}  // namespace tailrace
