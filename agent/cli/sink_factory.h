// Makes the client of each sink from its config.
//
// Threads    Called by the control thread before the lanes start.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/status.h"
#include "agent/config/config.h"
#include "sinks/dead_letter_sink.h"
#include "sinks/sink_client.h"
#include "sinks/sink_counters.h"

namespace tailrace {

struct SinkClientLinks {
  SinkCounters* counters = nullptr;
  int wake_fd = -1;  // The lane's doorbell.
  const Clock* clock = nullptr;
};

absl::StatusOr<std::unique_ptr<SinkClient>> MakeSinkClient(const SinkConfig& sink,
                                                           const SinkClientLinks& links,
                                                           SettleFn settle);

}  // namespace tailrace
