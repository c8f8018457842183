// LookupRefresh looks every few seconds whether the files of `lookup` stages have changed, and
// reads those again that have.
//
// Threads    The control thread's, which reads the files: up to 64 MiB each.
// Ownership  Asks for the pipelines each time, since a reload brings others.
// Failure    A file that cannot be read leaves the stage its table; logged and counted, once for
//            each state of the file (tailrace_lookup_reads_total).
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/enrich/lookup_file.h"
#include "agent/net/event_loop.h"
#include "agent/pipeline/pipeline_options.h"

namespace tailrace {

class LookupRefresh {
 public:
  static constexpr std::chrono::seconds kInterval{5};

  using Pipelines = std::function<const std::vector<PipelineOptions>&()>;

  // The loop and the registry outlive it.
  LookupRefresh(EventLoop& loop, Pipelines pipelines, MetricRegistry& registry);

 private:
  void Refresh();
  void RefreshFile(LookupFile& file);

  const Pipelines pipelines_;
  Counter& reads_;
  Counter& failures_;
  Timer timer_;
};

}  // namespace tailrace
