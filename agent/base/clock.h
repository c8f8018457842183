// Clock is where time comes from. Intervals and deadlines use the monotonic side, so that a jump
// of the wall clock stalls nothing; the wall side only stamps records and log lines.
//
// Threads    SystemClock: any. ManualClock: any (its two values are atomic, relaxed: a test sets
//            them between steps and orders the threads by other means).
// Units      std::chrono; wall time in nanoseconds since the epoch, UTC.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace tailrace {

using MonotonicTime = std::chrono::steady_clock::time_point;

inline int64_t NanosOf(MonotonicTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime Now() const = 0;
  virtual int64_t WallNanos() const = 0;
};

class SystemClock final : public Clock {
 public:
  MonotonicTime Now() const override { return std::chrono::steady_clock::now(); }
  int64_t WallNanos() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class ManualClock final : public Clock {
 public:
  MonotonicTime Now() const override {
    return MonotonicTime(std::chrono::nanoseconds(now_nanos_.load(std::memory_order_relaxed)));
  }
  int64_t WallNanos() const override { return wall_nanos_.load(std::memory_order_relaxed); }

  // Moves both sides on.
  void Advance(std::chrono::nanoseconds by) {
    now_nanos_.fetch_add(by.count(), std::memory_order_relaxed);
    wall_nanos_.fetch_add(by.count(), std::memory_order_relaxed);
  }
  // Moves the wall side alone: a clock that was set.
  void SetWallNanos(int64_t nanos) { wall_nanos_.store(nanos, std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> now_nanos_{1'000'000'000};
  std::atomic<int64_t> wall_nanos_{1'767'225'600'000'000'000};  // 2026-01-01T00:00:00Z
};

}  // namespace tailrace
