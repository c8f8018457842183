// The agent's counters. Modules ask a MetricRegistry for their counters once, when they are built,
// and then count without locks; agent/admin renders the registry as a Prometheus page.
//
// Threads    Counter, Gauge and Histogram: any thread may write and read. MetricRegistry: any
//            (a mutex guards registration and Snapshot, neither is on the data path).
// Ownership  The registry owns the metrics; references stay valid while it lives.
// Bounds     One series for each combination of label values that was asked for; callers ask only
//            with values from the config (never pod, file or container).
// Cost       One relaxed atomic add. Per batch, not per event.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "agent/base/mutex.h"

namespace tailrace {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// Relaxed: a metric orders nothing, and each value stands alone.
class Counter {
 public:
  void Add(uint64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  // For counts that are taken back, such as bytes that are handed back unread.
  void Subtract(uint64_t by) { value_.fetch_sub(by, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Seconds, with fixed bounds from 1 ms to 60 s.
class Histogram {
 public:
  static constexpr std::array<double, 10> kBoundsSeconds = {0.001, 0.005, 0.02, 0.1, 0.5,
                                                            1,     2.5,   10,   30,  60};
  void Observe(double seconds);
  // Cumulative, as Prometheus has it; the last one is +Inf.
  std::array<uint64_t, kBoundsSeconds.size() + 1> CumulativeBuckets() const;
  double sum_seconds() const { return static_cast<double>(sum_nanos_.value()) * 1e-9; }

 private:
  std::array<Counter, kBoundsSeconds.size() + 1> buckets_;
  Counter sum_nanos_;
};

enum class MetricKind : uint8_t { kCounter, kGauge, kHistogram };

// One series: exactly one of the three pointers is set, by its family's kind.
struct MetricSeries {
  MetricLabels labels;
  const Counter* counter = nullptr;
  const Gauge* gauge = nullptr;
  const Histogram* histogram = nullptr;
};

struct MetricFamily {
  std::string name;
  std::string help;
  MetricKind kind;
  std::vector<MetricSeries> series;
};

class MetricRegistry {
 public:
  // Asking again for the same name and labels gives the same object.
  // REQUIRES: a name keeps one kind.
  Counter& GetCounter(std::string_view name, std::string_view help, MetricLabels labels = {});
  Gauge& GetGauge(std::string_view name, std::string_view help, MetricLabels labels = {});
  Histogram& GetHistogram(std::string_view name, std::string_view help, MetricLabels labels = {});

  // Families in order of registration; the pointers stay valid while the registry lives.
  std::vector<MetricFamily> Snapshot() const;

 private:
  MetricSeries& Find(std::string_view name, std::string_view help, MetricKind kind,
                     MetricLabels labels) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::vector<MetricFamily> families_ ABSL_GUARDED_BY(mutex_);
  // Deques, since the objects hold atomics and may never move.
  std::deque<Counter> counters_ ABSL_GUARDED_BY(mutex_);
  std::deque<Gauge> gauges_ ABSL_GUARDED_BY(mutex_);
  std::deque<Histogram> histograms_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tailrace
