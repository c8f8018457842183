#include "agent/base/metrics.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

void Histogram::Observe(double seconds) {
  const auto bound = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), seconds);
  buckets_[static_cast<size_t>(bound - kBoundsSeconds.begin())].Add(1);
  sum_nanos_.Add(static_cast<uint64_t>(std::max(seconds, 0.0) * 1e9));
}

std::array<uint64_t, Histogram::kBoundsSeconds.size() + 1> Histogram::CumulativeBuckets() const {
  std::array<uint64_t, kBoundsSeconds.size() + 1> cumulative{};
  uint64_t total = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    total += buckets_[i].value();
    cumulative[i] = total;
  }
  return cumulative;
}

MetricSeries& MetricRegistry::Find(std::string_view name, std::string_view help, MetricKind kind,
                                   MetricLabels labels) {
  auto family = std::find_if(families_.begin(), families_.end(),
                             [&](const MetricFamily& f) { return f.name == name; });
  if (family == families_.end()) {
    families_.push_back({std::string(name), std::string(help), kind, {}});
    family = std::prev(families_.end());
  }
  CHECK(family->kind == kind);
  auto& series = family->series;
  auto found = std::find_if(series.begin(), series.end(),
                            [&](const MetricSeries& s) { return s.labels == labels; });
  if (found != series.end()) return *found;
  return series.emplace_back(MetricSeries{std::move(labels)});
}

Counter& MetricRegistry::GetCounter(std::string_view name, std::string_view help,
                                    MetricLabels labels) {
  MutexLock lock(mutex_);
  MetricSeries& series = Find(name, help, MetricKind::kCounter, std::move(labels));
  if (series.counter == nullptr) series.counter = &counters_.emplace_back();
  return const_cast<Counter&>(*series.counter);
}

Gauge& MetricRegistry::GetGauge(std::string_view name, std::string_view help, MetricLabels labels) {
  MutexLock lock(mutex_);
  MetricSeries& series = Find(name, help, MetricKind::kGauge, std::move(labels));
  if (series.gauge == nullptr) series.gauge = &gauges_.emplace_back();
  return const_cast<Gauge&>(*series.gauge);
}

Histogram& MetricRegistry::GetHistogram(std::string_view name, std::string_view help,
                                        MetricLabels labels) {
  MutexLock lock(mutex_);
  MetricSeries& series = Find(name, help, MetricKind::kHistogram, std::move(labels));
  if (series.histogram == nullptr) series.histogram = &histograms_.emplace_back();
  return const_cast<Histogram&>(*series.histogram);
}

std::vector<MetricFamily> MetricRegistry::Snapshot() const {
  MutexLock lock(mutex_);
  return families_;
}

}  // namespace tailrace
