// OnGrid rounds a time up, so that what is due at about the same time is done together: ten
// thousand files and their directories wake the thread a few times a second, not each on its own.
//
// Threads    Any; a pure function.
#pragma once

#include <chrono>

#include "agent/base/clock.h"

namespace tailrace {

inline MonotonicTime OnGrid(MonotonicTime time, std::chrono::milliseconds grid) {
  const auto over = time.time_since_epoch() % grid;
  return over.count() == 0 ? time : time + (grid - over);
}

}  // namespace tailrace
