// How a worker and a lane part, beside the rings between them, since a ring may stay full for as
// long as its sink is down:
//
//   the worker  Set: it sends no more payloads         -> the lane settles, or gives back
//   the lane    Finish: it sends no more settlements   -> the worker takes the last ones
//   the worker  Release: it uses nothing of the lane   -> all of it may be destroyed
//
// Threads    Between one worker and one lane; anybody may ask.
// Ordering   Set comes after the worker's last push: who has seen the end and then finds the ring
//            empty has seen everything. So does Finish after the lane's last push.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "agent/base/clock.h"
#include "sinks/payload.h"

namespace tailrace {

// What becomes of what is not settled by `drain_by`.
enum class LaneFate : uint8_t {
  kAbandon,   // It is read again at the next start.
  kGiveBack,  // It is returned to the worker, who goes on without this lane.
};

class LaneEnd {
 public:
  // May be set again, with another time; a fate of kGiveBack stays.
  void Set(MonotonicTime drain_by, LaneFate fate = LaneFate::kAbandon) noexcept {
    if (fate == LaneFate::kGiveBack) gives_back_.store(true, std::memory_order_relaxed);
    drain_by_.store(drain_by.time_since_epoch().count(), std::memory_order_release);
  }
  std::optional<MonotonicTime> Get() const noexcept {
    const int64_t drain_by = drain_by_.load(std::memory_order_acquire);
    if (drain_by == kNotYet) return std::nullopt;
    return MonotonicTime(MonotonicTime::duration(drain_by));
  }
  // REQUIRES: Get returned a time.
  bool gives_back() const noexcept { return gives_back_.load(std::memory_order_relaxed); }

  void Finish() noexcept { finished_.store(true, std::memory_order_release); }
  bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }
  void Release() noexcept { released_.store(true, std::memory_order_release); }
  bool released() const noexcept { return released_.load(std::memory_order_acquire); }

 private:
  static constexpr int64_t kNotYet = std::numeric_limits<int64_t>::min();
  std::atomic<bool> gives_back_{false};  // Published by drain_by_.
  std::atomic<int64_t> drain_by_{kNotYet};
  std::atomic<bool> finished_{false};
  std::atomic<bool> released_{false};
};

static_assert(std::is_nothrow_move_constructible_v<PayloadPtr>);
static_assert(std::is_nothrow_move_constructible_v<Settlement>);

}  // namespace tailrace
