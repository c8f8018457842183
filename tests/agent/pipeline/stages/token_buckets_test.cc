#include "agent/pipeline/stages/token_buckets.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tailrace {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'000 * kSecond;

TEST(TokenBuckets, LetThroughABurstAndThenTheRate) {
  TokenBuckets buckets({.rate_per_second = 10, .burst = 5, .max_keys = 64});
  int passed = 0;
  for (int i = 0; i < 20; ++i) passed += buckets.TryTake(7, 1, kStart) ? 1 : 0;
  EXPECT_EQ(passed, 5);
  EXPECT_FALSE(buckets.HasTokens(7, kStart));
  EXPECT_FALSE(buckets.TryTake(7, 1, kStart + kSecond / 10 - 1));
  EXPECT_TRUE(buckets.TryTake(7, 1, kStart + kSecond / 10));
  passed = 0;
  for (int tenth = 2; tenth < 102; ++tenth) {
    for (int i = 0; i < 3; ++i) {
      passed += buckets.TryTake(7, 1, kStart + tenth * (kSecond / 10)) ? 1 : 0;
    }
  }
  EXPECT_EQ(passed, 100);
}

TEST(TokenBuckets, KeepEachKeyForItself) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1, .max_keys = 64});
  EXPECT_TRUE(buckets.TryTake(1, 1, kStart));
  EXPECT_FALSE(buckets.TryTake(1, 1, kStart));
  EXPECT_TRUE(buckets.TryTake(2, 1, kStart));
  EXPECT_FALSE(buckets.TryTake(2, 1, kStart));
}

TEST(TokenBuckets, TakeEveryNumberForAKey) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1, .max_keys = 64});
  for (const uint64_t key : {uint64_t{0}, ~uint64_t{0}}) {
    EXPECT_TRUE(buckets.TryTake(key, 1, kStart)) << key;
    EXPECT_FALSE(buckets.HasTokens(key, kStart)) << key;
  }
}

TEST(TokenBuckets, WaitForWhatWasOverdrawn) {
  TokenBuckets buckets({.rate_per_second = 100, .burst = 100, .max_keys = 64});
  ASSERT_TRUE(buckets.HasTokens(1, kStart));
  buckets.Take(1, 1000, kStart);
  EXPECT_FALSE(buckets.HasTokens(1, kStart + 9 * kSecond));
  EXPECT_TRUE(buckets.HasTokens(1, kStart + 9 * kSecond + 1));
}

TEST(TokenBuckets, LetThroughMoreThanABurstWhenTheyAreFull) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 10, .max_keys = 64});
  EXPECT_TRUE(buckets.TryTake(1, 100, kStart));
  EXPECT_FALSE(buckets.TryTake(1, 1, kStart + 90 * kSecond));
  EXPECT_TRUE(buckets.TryTake(1, 1, kStart + 91 * kSecond));
}

TEST(TokenBuckets, GainNothingFromAClockThatGoesBack) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1, .max_keys = 64});
  EXPECT_TRUE(buckets.TryTake(1, 1, kStart));
  EXPECT_FALSE(buckets.TryTake(1, 1, kStart - 100 * kSecond));
  EXPECT_TRUE(buckets.TryTake(1, 1, kStart + kSecond));
}

TEST(TokenBuckets, ShareOneBucketWhenThereAreTooManyKeys) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1, .max_keys = 8});
  for (uint64_t key = 1; key <= 8; ++key) EXPECT_TRUE(buckets.TryTake(key, 1, kStart)) << key;
  EXPECT_TRUE(buckets.TryTake(9, 1, kStart));
  EXPECT_FALSE(buckets.TryTake(10, 1, kStart));
  EXPECT_FALSE(buckets.HasTokens(11, kStart));
  EXPECT_EQ(buckets.crowded(), 2);
}

TEST(TokenBuckets, GiveThePlaceOfAFullBucketToAnotherKey) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1, .max_keys = 8});
  for (uint64_t round = 0; round < 100; ++round) {
    const int64_t now = kStart + static_cast<int64_t>(round) * kSecond;
    for (uint64_t key = 1; key <= 8; ++key) {
      EXPECT_TRUE(buckets.TryTake(round * 8 + key, 1, now));
    }
  }
  EXPECT_EQ(buckets.crowded(), 0);
}

TEST(TokenBuckets, StandRatesAndTokensOfAnySize) {
  TokenBuckets slow({.rate_per_second = 1e-12, .burst = 1, .max_keys = 8});
  for (int i = 0; i < 4; ++i) slow.Take(1, 1e18, kStart);
  EXPECT_FALSE(slow.HasTokens(1, kStart));
  TokenBuckets fast({.rate_per_second = 1e15, .burst = 1e15, .max_keys = 8});
  EXPECT_TRUE(fast.TryTake(1, 1e6, kStart));
}

TEST(TokenBuckets, LetNoMoreThroughForSeveralThreadsThanForOne) {
  TokenBuckets buckets({.rate_per_second = 1, .burst = 1000, .max_keys = 64});
  std::atomic<int> passed{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      int own = 0;
      for (int i = 0; i < 1000; ++i) own += buckets.TryTake(5, 1, kStart) ? 1 : 0;
      passed.fetch_add(own, std::memory_order_relaxed);  // Read after the threads have ended.
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(passed.load(std::memory_order_relaxed), 1000);
}

}  // namespace
}  // namespace tailrace
