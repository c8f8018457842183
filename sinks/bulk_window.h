// The BulkWindow says how many requests may be under way at once: one at first, twice as many with
// each round as long as nothing is refused, then one more a round; half as many when the server
// refuses for load or answers slowly.
// RFC 5681 section 3.1 is where the rule comes from.
//
// Invariants
//   (1) 1 <= limit() <= max.
//   (2) Requests that were under way together cut the limit once.
//
// Threads    Owned by one lane.
// Units      Slow is an answer that takes over kSlowFactor times what they used to take, and over
//            kSlowAtLeast.
#pragma once

#include <chrono>

#include "agent/base/clock.h"

namespace tailrace {

class BulkWindow {
 public:
  static constexpr double kSlowFactor = 4;
  static constexpr std::chrono::milliseconds kSlowAtLeast{1000};

  // REQUIRES: max >= 1.
  explicit BulkWindow(int max) : max_(max) {}

  int limit() const { return static_cast<int>(limit_); }

  // The request that was sent at `sent_at` was answered, with nothing refused for load.
  void Taken(MonotonicTime sent_at, MonotonicTime now);
  // ... was refused for load, it or some of its items, or was not answered in time.
  void Refused(MonotonicTime sent_at, MonotonicTime now);

 private:
  void Cut(MonotonicTime sent_at, MonotonicTime now);

  const int max_;
  double limit_ = 1;
  bool cut_before_ = false;
  MonotonicTime cut_at_{};
  double usual_seconds_ = 0;  // 0: not known yet.
};

}  // namespace tailrace
