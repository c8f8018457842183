// ReadRate holds reading to `max_read_rate` on average: what was read beyond it is waited for.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     At most kBurst of allowance is saved up.
// Units      Bytes a second; 0 is no limit.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "agent/base/clock.h"

namespace tailrace {

class ReadRate {
 public:
  static constexpr std::chrono::milliseconds kBurst{100};

  explicit ReadRate(int64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  bool Allows(MonotonicTime now) {
    if (bytes_per_second_ == 0) return true;
    paid_until_ = std::max(paid_until_, now - kBurst);
    return paid_until_ <= now;
  }
  void Take(int64_t bytes) {
    if (bytes_per_second_ == 0 || bytes == 0) return;
    paid_until_ += std::chrono::nanoseconds(static_cast<int64_t>(
        static_cast<double>(bytes) * 1e9 / static_cast<double>(bytes_per_second_)));
  }
  // When reading is allowed again.
  MonotonicTime next(MonotonicTime now) const {
    return bytes_per_second_ == 0 ? now : std::max(now, paid_until_);
  }

 private:
  const int64_t bytes_per_second_;
  MonotonicTime paid_until_{};
};

}  // namespace tailrace
