// A StallWatch measures for how long there has been work and none of it was done.
//
// Threads    Not thread-safe; owned by the control thread.
// Cost       A few comparisons each time that it is shown the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "agent/base/clock.h"

namespace tailrace {

struct WorkState {
  // There are bytes that are not read yet, or records that are routed and not settled.
  bool pending = false;
  // What counts as progress, each one for itself: bytes read, records delivered, rejected,
  // filtered, dropped, ... always in the same order. A counter that was taken back has to exceed
  // its highest value before it counts again: to read the same bytes once more is no progress.
  std::vector<uint64_t> done;
  bool sink_down = false;  // Of those that may be waited for.
};

class StallWatch {
 public:
  explicit StallWatch(MonotonicTime now) : moving_at_(now) {}

  void Look(const WorkState& work, MonotonicTime now);
  std::chrono::nanoseconds StalledFor(MonotonicTime now) const { return now - moving_at_; }

 private:
  bool Progressed(const std::vector<uint64_t>& done);

  std::vector<uint64_t> highest_;  // Of WorkState::done.
  MonotonicTime moving_at_;        // When there last was progress, or no need for any.
};

}  // namespace tailrace
