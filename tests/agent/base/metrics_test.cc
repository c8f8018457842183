#include "agent/base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Counter, TakesBackWhatWasCounted) {
  Counter counter;
  counter.Add(7);
  counter.Subtract(3);
  EXPECT_EQ(counter.value(), 4u);
}

TEST(Histogram, ValueOnABoundBelongsToThatBucket) {
  struct Case {
    double seconds;
    size_t first_bucket;  // The first cumulative bucket that counts it.
  };
  const Case cases[] = {{-1, 0},     {0, 0},   {0.001, 0},
                        {0.0011, 1}, {60, 9},  {60.01, 10},
                        {1e9, 10},   {0.5, 4}, {std::numeric_limits<double>::infinity(), 10}};
  for (const Case& c : cases) {
    Histogram histogram;
    histogram.Observe(c.seconds);
    const auto buckets = histogram.CumulativeBuckets();
    for (size_t i = 0; i < buckets.size(); ++i) {
      EXPECT_EQ(buckets[i], i >= c.first_bucket ? 1u : 0u) << c.seconds << " s, bucket " << i;
    }
  }
}

TEST(Histogram, BucketsAreCumulativeAndTheSumIsInSeconds) {
  Histogram histogram;
  for (double seconds : {0.0005, 0.0005, 0.3, 2.0, 100.0}) histogram.Observe(seconds);
  EXPECT_THAT(histogram.CumulativeBuckets(), ElementsAre(2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5));
  EXPECT_NEAR(histogram.sum_seconds(), 102.301, 1e-6);
}

TEST(MetricRegistry, SameNameAndLabelsGiveTheSameObject) {
  MetricRegistry registry;
  Counter& a = registry.GetCounter("tailrace_x_total", "x", {{"sink", "a"}});
  Counter& b = registry.GetCounter("tailrace_x_total", "x", {{"sink", "b"}});
  EXPECT_NE(&a, &b);
  EXPECT_EQ(&a, &registry.GetCounter("tailrace_x_total", "x", {{"sink", "a"}}));
  EXPECT_EQ(&registry.GetGauge("tailrace_y", "y"), &registry.GetGauge("tailrace_y", "y"));
  EXPECT_EQ(&registry.GetHistogram("tailrace_z", "z"), &registry.GetHistogram("tailrace_z", "z"));
}

TEST(MetricRegistry, ReferencesStayValidWhileOthersAreAdded) {
  MetricRegistry registry;
  Counter& first = registry.GetCounter("tailrace_first_total", "first");
  for (int i = 0; i < 1000; ++i) {
    registry.GetCounter("tailrace_other_total", "other", {{"n", std::to_string(i)}}).Add(1);
  }
  first.Add(5);
  EXPECT_EQ(registry.Snapshot().front().series.front().counter->value(), 5u);
  EXPECT_THAT(registry.Snapshot().back().series, SizeIs(1000));
}

TEST(MetricRegistry, SnapshotKeepsTheOrderOfRegistrationAndSetsOnePointer) {
  MetricRegistry registry;
  EXPECT_THAT(registry.Snapshot(), IsEmpty());
  registry.GetGauge("tailrace_b", "a gauge").Set(2.5);
  registry.GetCounter("tailrace_a_total", "a counter").Add(1);
  registry.GetHistogram("tailrace_c_seconds", "a histogram").Observe(1);
  const std::vector<MetricFamily> families = registry.Snapshot();
  EXPECT_THAT(families, ElementsAre(Field(&MetricFamily::name, "tailrace_b"),
                                    Field(&MetricFamily::name, "tailrace_a_total"),
                                    Field(&MetricFamily::name, "tailrace_c_seconds")));
  for (const MetricFamily& family : families) {
    ASSERT_THAT(family.series, SizeIs(1));
    const MetricSeries& series = family.series.front();
    EXPECT_EQ(series.counter != nullptr, family.kind == MetricKind::kCounter);
    EXPECT_EQ(series.gauge != nullptr, family.kind == MetricKind::kGauge);
    EXPECT_EQ(series.histogram != nullptr, family.kind == MetricKind::kHistogram);
  }
  EXPECT_EQ(families.front().series.front().gauge->value(), 2.5);
  EXPECT_EQ(families.front().help, "a gauge");
}

TEST(MetricRegistryDeathTest, NameThatChangesItsKindIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  MetricRegistry registry;
  registry.GetCounter("tailrace_x_total", "x");
  EXPECT_DEATH(registry.GetGauge("tailrace_x_total", "x"), "CHECK.*kind");
}

TEST(MetricRegistry, ThreadsRegisterCountAndReadAtOnce) {
  constexpr uint64_t kAdds = 20'000;
  constexpr int kThreads = 4;
  MetricRegistry registry;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&registry] {
      Counter& shared = registry.GetCounter("tailrace_shared_total", "shared");
      Histogram& times = registry.GetHistogram("tailrace_times_seconds", "times");
      for (uint64_t i = 0; i < kAdds; ++i) {
        shared.Add(1);
        times.Observe(0.25);
        if (i % 1000 == 0) registry.GetGauge("tailrace_g", "g", {{"i", std::to_string(i)}}).Set(1);
      }
    });
  }
  uint64_t seen = 0;
  while (seen < kThreads * kAdds) {
    for (const MetricFamily& family : registry.Snapshot()) {
      if (family.kind != MetricKind::kCounter) continue;
      EXPECT_GE(family.series.front().counter->value(), seen);
      seen = family.series.front().counter->value();
    }
  }
  for (std::thread& thread : threads) thread.join();
  const Histogram& times = registry.GetHistogram("tailrace_times_seconds", "times");
  EXPECT_EQ(times.CumulativeBuckets().back(), kThreads * kAdds);
}

}  // namespace
}  // namespace tailrace
