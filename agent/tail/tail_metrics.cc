#include "agent/tail/tail_metrics.h"

#include <string>

namespace tailrace {
namespace {

SourceMetrics Register(MetricRegistry& registry, const std::string& name) {
  const MetricLabels source = {{"source", name}};
  const auto counter = [&](std::string_view metric, std::string_view help) -> Counter& {
    return registry.GetCounter(metric, help, source);
  };
  const auto gauge = [&](std::string_view metric, std::string_view help) -> Gauge& {
    return registry.GetGauge(metric, help, source);
  };
  SourceMetrics metrics{
      counter("tailrace_source_read_bytes_total", "Bytes of the source's files that were read"),
      gauge("tailrace_source_lag_bytes", "Bytes that are written and not read yet"),
      gauge("tailrace_source_lag_seconds", "How long the oldest unread byte has waited"),
      gauge("tailrace_files_open", "Files that are held open"),
      gauge("tailrace_files_held_deleted", "Deleted files that are held open to be read"),
      counter("tailrace_tail_files_beyond_limit_total", "Files beyond max_files, not read"),
      counter("tailrace_tail_files_compressed_total", "Compressed files that were skipped"),
      counter("tailrace_tail_descriptors_closed_total", "Idle files closed to spare descriptors"),
      {},
      {}};
  for (int i = 0; i < kSkipReasonCount; ++i) {
    metrics.lost_bytes[static_cast<size_t>(i)] = &registry.GetCounter(
        "tailrace_unread_lost_bytes_total", "Bytes that were destroyed before they were read",
        {{"source", name}, {"reason", SkipReasonName(static_cast<SkipReason>(i))}});
  }
  for (int i = 0; i < kOpenRefusalCount; ++i) {
    metrics.refused_opens[static_cast<size_t>(i)] = &registry.GetCounter(
        "tailrace_tail_opens_refused_total", "Files that were found and not opened",
        {{"source", name}, {"reason", OpenRefusalName(static_cast<OpenRefusal>(i))}});
  }
  return metrics;
}

}  // namespace

TailMetrics::TailMetrics(MetricRegistry& registry, const std::vector<TailSourceOptions>& sources)
    : inotify_overflows(registry.GetCounter("tailrace_tail_inotify_overflows_total",
                                            "Times that inotify lost events")),
      watches_refused(registry.GetCounter("tailrace_tail_watches_refused_total",
                                          "Directories that could not be watched")),
      sweep_seconds(registry.GetHistogram("tailrace_tail_sweep_seconds",
                                          "Time taken by one look at what is due")),
      slab_bytes(registry.GetGauge("tailrace_memory_bytes", "Memory held, by what it is for",
                                   {{"part", "slabs"}})) {
  for (const TailSourceOptions& source : sources) AddSource(registry, source.name);
}

void TailMetrics::AddSource(MetricRegistry& registry, const std::string& name) {
  sources_.push_back(Register(registry, name));
}

}  // namespace tailrace
