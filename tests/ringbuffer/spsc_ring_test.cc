#include "ringbuffer/spsc_ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace tailrace {
namespace {

class SpscRingCapacity : public testing::TestWithParam<size_t> {};

TEST_P(SpscRingCapacity, RefusesExactlyWhenFullAndIsEmptyAfterAsManyPops) {
  const size_t capacity = GetParam();
  SpscRing<int> ring(capacity);
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < capacity; ++i) {
      int value = static_cast<int>(i);
      ASSERT_TRUE(ring.TryPush(value));
    }
    int refused = -1;
    EXPECT_FALSE(ring.TryPush(refused));
    EXPECT_EQ(refused, -1);
    EXPECT_EQ(ring.SizeApprox(), capacity);
    for (size_t i = 0; i < capacity; ++i) EXPECT_EQ(ring.TryPop(), static_cast<int>(i));
    EXPECT_EQ(ring.TryPop(), std::nullopt);
  }
}

TEST_P(SpscRingCapacity, BehavesAsAQueueUnderRandomBatches) {
  const size_t capacity = GetParam();
  SpscRing<uint64_t> ring(capacity);
  std::deque<uint64_t> model;
  std::mt19937_64 random(capacity);
  uint64_t next = 0;
  for (int step = 0; step < 20000; ++step) {
    if (random() % 2 == 0) {
      std::vector<uint64_t> values(random() % (capacity + 2));
      for (size_t i = 0; i < values.size(); ++i) values[i] = next + i;
      const size_t pushed = ring.TryPushBatch(values);
      EXPECT_EQ(pushed, std::min(values.size(), capacity - model.size()));
      for (size_t i = 0; i < pushed; ++i) model.push_back(next++);
    } else {
      const size_t max = random() % (capacity + 2);
      const size_t expected = std::min(max, model.size());
      EXPECT_EQ(ring.TryPopBatch(max,
                                 [&](uint64_t value) {
                                   EXPECT_EQ(value, model.front());
                                   model.pop_front();
                                 }),
                expected);
    }
    ASSERT_EQ(ring.SizeApprox(), model.size());
  }
}

TEST_P(SpscRingCapacity, LosesNothingAndKeepsOrderBetweenTwoThreads) {
  constexpr uint64_t kItems = 1'000'000;
  SpscRing<uint64_t> ring(GetParam());
  std::thread producer([&] {
    uint64_t next = 0;
    uint64_t values[7];
    while (next < kItems) {
      const size_t count = std::min<uint64_t>(1 + next % 7, kItems - next);
      for (size_t i = 0; i < count; ++i) values[i] = next + i;
      const size_t pushed = ring.TryPushBatch({values, count});
      if (pushed == 0) std::this_thread::yield();
      next += pushed;
    }
  });
  uint64_t expected = 0;
  while (expected < kItems) {
    const size_t popped = ring.TryPopBatch(5, [&](uint64_t value) {
      EXPECT_EQ(value, expected);
      ++expected;
    });
    if (popped == 0) std::this_thread::yield();
  }
  producer.join();
  EXPECT_EQ(ring.TryPop(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(EveryCapacity, SpscRingCapacity, testing::Values(1, 2, 4, 64, 1024));

TEST(SpscRing, DestroysWhatWasNeverPopped) {
  auto shared = std::make_shared<int>(1);
  {
    SpscRing<std::shared_ptr<int>> ring(4);
    for (int i = 0; i < 3; ++i) {
      auto copy = shared;
      ASSERT_TRUE(ring.TryPush(copy));
    }
    EXPECT_EQ(shared.use_count(), 4);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(SpscRing, LeavesARefusedObjectWithTheProducer) {
  SpscRing<std::unique_ptr<int>> ring(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  ASSERT_TRUE(ring.TryPush(first));
  EXPECT_FALSE(ring.TryPush(second));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 2);
}

}  // namespace
}  // namespace tailrace
