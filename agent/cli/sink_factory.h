// Makes the client of each sink from its config.
//
// Threads    Called by the control thread before the lanes start.
#pragma once

#include <chrono>
#include <memory>

#include "agent/base/metrics.h"
#include "agent/base/status.h"
#include "agent/config/config.h"
#include "sinks/local_sink_links.h"
#include "sinks/sink_client.h"

namespace tailrace {

// `start_jitter` is the longest time that a sink across the network waits at random before its
// first request.
absl::StatusOr<std::unique_ptr<SinkClient>> MakeSinkClient(const SinkConfig& sink,
                                                           std::chrono::milliseconds start_jitter,
                                                           const LocalSinkLinks& links,
                                                           MetricRegistry& registry,
                                                           SettleFn settle);

}  // namespace tailrace
