// Each thread beats its Heartbeat in its main loop, so that /livez can tell a thread that hangs
// from one that has nothing to do, and counts its progress, so that it can tell a stall.
//
// Threads    One thread beats; any thread reads. Relaxed: the values order nothing.
// Cost       One relaxed store a round of a loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "agent/base/clock.h"

namespace tailrace {

class Heartbeat {
 public:
  explicit Heartbeat(std::string thread) : thread_(std::move(thread)) {}

  void Beat(MonotonicTime now) {
    last_nanos_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  // The thread has ended on purpose; it beats no more.
  void End() { last_nanos_.store(kEnded, std::memory_order_relaxed); }

  const std::string& thread() const { return thread_; }
  bool ended() const { return last_nanos_.load(std::memory_order_relaxed) == kEnded; }
  // Time since the last beat; zero before the first one.
  std::chrono::nanoseconds Age(MonotonicTime now) const {
    const int64_t last = last_nanos_.load(std::memory_order_relaxed);
    if (last == kNever || last == kEnded) return std::chrono::nanoseconds(0);
    return now.time_since_epoch() - std::chrono::nanoseconds(last);
  }

 private:
  static constexpr int64_t kNever = -1;
  static constexpr int64_t kEnded = -2;

  const std::string thread_;
  std::atomic<int64_t> last_nanos_{kNever};
};

}  // namespace tailrace
