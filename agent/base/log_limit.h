// LogLimit bounds how fast lines go out when something goes wrong for many files or sinks at once:
// a burst goes out whole, then one line a second, and the first line after a gap says how many were
// left out.
//
// Threads    Not thread-safe; guarded by the log.
// Bounds     `kBurst` lines at once, `kInterval` between those beyond.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "agent/base/clock.h"

namespace tailrace {

class LogLimit {
 public:
  static constexpr int kBurst = 100;
  static constexpr std::chrono::seconds kInterval{1};

  // Nullopt: this line is left out. Else it goes out, after so many that did not.
  std::optional<uint64_t> Admit(MonotonicTime now) {
    if (now >= next_ + kBurst * kInterval) next_ = now - kBurst * kInterval;
    if (next_ >= now) {
      ++left_out_;
      return std::nullopt;
    }
    next_ += kInterval;
    const uint64_t left_out = left_out_;
    left_out_ = 0;
    return left_out;
  }

 private:
  // Each line takes one interval of those that have passed, of which a burst is kept.
  MonotonicTime next_ = MonotonicTime() - std::chrono::hours(1);
  uint64_t left_out_ = 0;
};

}  // namespace tailrace
