// MetricsPage is what a Prometheus server scrapes: every metric of the agent's registry, the
// process_* metrics, and tailrace_build_info{version}.
//
// Threads    Any.
// Ownership  Borrows the registry.
// Cost       A Render walks all series under no lock but that of the registry's Snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/base/metrics.h"

namespace tailrace {

class MetricsPage {
 public:
  // What Render's text is, as a Content-Type.
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  // `proc_dir` is where procfs is mounted; what it lacks is left out of the page.
  explicit MetricsPage(const MetricRegistry& registry, std::string proc_dir = "/proc");

  // Prometheus' text format 0.0.4, as the values are now.
  std::string Render() const;

 private:
  const MetricRegistry& registry_;
  const std::string proc_dir_;
  const std::optional<double> start_seconds_;
};

}  // namespace tailrace
