// What a sink on this machine (file, stdout, blackhole, dead letters) is connected to.
//
// Threads    See SinkClient: the lane's.
// Ownership  All of it outlives the sink.
#pragma once

#include <chrono>

#include "agent/base/clock.h"
#include "sinks/payload.h"
#include "sinks/sink_counters.h"

namespace tailrace {

struct LocalSinkLinks {
  SinkCounters* counters = nullptr;
  int wake_fd = -1;  // Poll returns when it becomes readable.
  const Clock* clock = nullptr;
};

// Waits until `wake_fd` is readable (-1: never) or `timeout` has passed.
void WaitForWake(int wake_fd, std::chrono::milliseconds timeout);

// The document bytes of all items.
uint64_t DocumentBytes(const Payload& payload);

// The settlement of a payload that was delivered as a whole, counted.
Settlement SettleWhole(PayloadPtr payload, SinkCounters& counters);

}  // namespace tailrace
