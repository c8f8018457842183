// What a worker has for a lane: payloads, through a ring, and the word that no more will come,
// beside it, since a ring may stay full for as long as its sink is down.
//
// Threads    Made by one worker, consumed by one lane.
// Ordering   Set comes after the worker's last push: who has seen the end and then finds the ring
//            empty has seen everything.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "agent/base/clock.h"
#include "sinks/payload.h"

namespace tailrace {

// What is not settled by `drain_by` is abandoned: it is read again at the next start.
class LaneEnd {
 public:
  void Set(MonotonicTime drain_by) noexcept {
    drain_by_.store(drain_by.time_since_epoch().count(), std::memory_order_release);
  }
  std::optional<MonotonicTime> Get() const noexcept {
    const int64_t drain_by = drain_by_.load(std::memory_order_acquire);
    if (drain_by == kNotYet) return std::nullopt;
    return MonotonicTime(MonotonicTime::duration(drain_by));
  }

 private:
  static constexpr int64_t kNotYet = std::numeric_limits<int64_t>::min();
  std::atomic<int64_t> drain_by_{kNotYet};
};

static_assert(std::is_nothrow_move_constructible_v<PayloadPtr>);
static_assert(std::is_nothrow_move_constructible_v<Settlement>);

}  // namespace tailrace
