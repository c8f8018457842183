// FileEvents are the multiline events of one file that may go on: a joiner for each of its routes
// whose pipeline has a stage `multiline`.
//
// Invariants
//   (1) While one is open, the file's last range ends inside it, and each holds a reference there.
//
// Threads    Owned by the worker of the file.
// Bounds     Those of an EventJoiner, a route. Nothing for a file without such a route.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/pipeline/plan.h"
#include "parsers/event_joiner.h"

namespace tailrace {

class FileEvents {
 public:
  struct RouteJoiner {
    size_t route = 0;  // Position in the binding.
    const CompiledPipeline* pipeline = nullptr;
    EventJoiner joiner;
  };

  // For the routes of a file that is opened.
  explicit FileEvents(const StreamBinding& binding);

  bool empty() const { return joiners_.empty(); }
  std::vector<RouteJoiner>& joiners() { return joiners_; }

  // Whether its routes are those of `binding`: a file that gets another key keeps them.
  bool Fits(const StreamBinding& binding) const;

  bool open() const {
    return std::any_of(joiners_.begin(), joiners_.end(),
                       [](const RouteJoiner& route) { return route.joiner.open(); });
  }
  MonotonicTime due() const;
  size_t held_bytes() const;
  // Of the route that holds most.
  size_t held_bytes_max() const;

  // See EventJoiner::RangeOpened.
  uint32_t RangeOpened(RangeRef range, EventRanges& ranges);
  // What is open goes on in `newer`, the next generation, whose next byte is at `offset`. An event
  // of a pipeline that does not take the newer one stays, until it times out.
  void HandOver(FileEvents& newer, int64_t offset);

 private:
  std::vector<RouteJoiner> joiners_;
};

}  // namespace tailrace
