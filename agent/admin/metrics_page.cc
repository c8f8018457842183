#include "agent/admin/metrics_page.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <utility>
#include <vector>

#include "agent/admin/process_stats.h"
#include "agent/base/version.h"

namespace tailrace {
namespace {

// The serializer escapes the values of labels, and takes a help as it is: a line feed would end
// its comment and make the page unreadable.
std::string EscapeHelp(std::string_view help) {
  std::string escaped;
  for (const char c : help) {
    if (c == '\\') {
      escaped += "\\\\";
    } else if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram Convert(const Histogram& histogram) {
  prometheus::ClientMetric::Histogram converted;
  const auto counts = histogram.CumulativeBuckets();
  for (size_t i = 0; i < counts.size(); ++i) {
    const bool last = i == Histogram::kBoundsSeconds.size();
    converted.bucket.push_back(
        {counts[i], last ? std::numeric_limits<double>::infinity() : Histogram::kBoundsSeconds[i]});
  }
  converted.sample_count = counts.back();
  converted.sample_sum = histogram.sum_seconds();
  return converted;
}

prometheus::ClientMetric Convert(const MetricSeries& series) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : series.labels) metric.label.push_back({name, value});
  if (series.counter != nullptr)
    metric.counter.value = static_cast<double>(series.counter->value());
  if (series.gauge != nullptr) metric.gauge.value = series.gauge->value();
  if (series.histogram != nullptr) metric.histogram = Convert(*series.histogram);
  return metric;
}

// The agent's registry, as prometheus-cpp sees metrics.
class RegistryCollectable final : public prometheus::Collectable {
 public:
  explicit RegistryCollectable(const MetricRegistry& registry) : registry_(registry) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> collected;
    for (const MetricFamily& family : registry_.Snapshot()) {
      auto& added = collected.emplace_back();
      added.name = family.name;
      added.help = EscapeHelp(family.help);
      added.type = TypeOf(family.kind);
      for (const MetricSeries& series : family.series) added.metric.push_back(Convert(series));
    }
    return collected;
  }

 private:
  const MetricRegistry& registry_;
};

class ProcessCollectable final : public prometheus::Collectable {
 public:
  ProcessCollectable(const std::string& proc_dir, std::optional<double> start_seconds)
      : proc_dir_(proc_dir), start_seconds_(start_seconds) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const ProcessStats stats = ReadProcessStats(proc_dir_);
    std::vector<prometheus::MetricFamily> collected;
    AddGauge("process_resident_memory_bytes", "Memory of the process that is in RAM",
             stats.resident_bytes, collected);
    AddCounter("process_cpu_seconds_total", "User and system time of all threads",
               stats.cpu_seconds, collected);
    AddGauge("process_open_fds", "Open file descriptors", stats.open_fds, collected);
    AddGauge("process_start_time_seconds", "When the process began, since the epoch",
             start_seconds_, collected);
    AddGauge("tailrace_build_info", "1, with the version as a label", 1, collected);
    collected.back().metric.front().label.push_back({"version", kVersion});
    return collected;
  }

 private:
  static prometheus::ClientMetric& Add(const char* name, const char* help,
                                       prometheus::MetricType type,
                                       std::vector<prometheus::MetricFamily>& to) {
    to.push_back({name, help, type, {{}}});
    return to.back().metric.front();
  }
  template <typename T>
  static void AddGauge(const char* name, const char* help, std::optional<T> value,
                       std::vector<prometheus::MetricFamily>& to) {
    if (!value) return;
    Add(name, help, prometheus::MetricType::Gauge, to).gauge.value = static_cast<double>(*value);
  }
  static void AddGauge(const char* name, const char* help, double value,
                       std::vector<prometheus::MetricFamily>& to) {
    AddGauge(name, help, std::optional<double>(value), to);
  }
  static void AddCounter(const char* name, const char* help, std::optional<double> value,
                         std::vector<prometheus::MetricFamily>& to) {
    if (value) Add(name, help, prometheus::MetricType::Counter, to).counter.value = *value;
  }

  const std::string& proc_dir_;
  const std::optional<double> start_seconds_;
};

}  // namespace

MetricsPage::MetricsPage(const MetricRegistry& registry, std::string proc_dir)
    : registry_(registry),
      proc_dir_(std::move(proc_dir)),
      start_seconds_(ReadProcessStartSeconds(proc_dir_)) {}

std::string MetricsPage::Render() const {
  std::vector<prometheus::MetricFamily> families = RegistryCollectable(registry_).Collect();
  for (auto& family : ProcessCollectable(proc_dir_, start_seconds_).Collect()) {
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tailrace
