// Backoff says how long to wait before the next attempt: exponential, with full jitter, so that
// many agents that failed together do not come back together.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
//
// Threads    Not thread-safe.
// Bounds     Between half of `min` and `max`; attempts are not limited.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace tailrace {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds min, std::chrono::milliseconds max, uint64_t seed)
      : min_(min), max_(max), random_(seed) {}

  // The wait after `failures` failures in a row. REQUIRES: failures >= 1.
  std::chrono::milliseconds After(int failures) {
    const int doublings = std::min(failures - 1, 20);
    const auto ceiling = std::min<int64_t>(max_.count(), min_.count() << doublings);
    const int64_t floor = std::max<int64_t>(1, min_.count() / 2);
    return std::chrono::milliseconds(
        std::uniform_int_distribution<int64_t>(floor, std::max(floor, ceiling))(random_));
  }

 private:
  const std::chrono::milliseconds min_;
  const std::chrono::milliseconds max_;
  std::mt19937_64 random_;
};

}  // namespace tailrace
