// FileWindows are the `dedupe` windows of one file: those of each of its routes whose pipeline has
// such a stage.
//
// Invariants
//   (1) While a filtered record has no summary that was taken, the file's frontier stays before it.
//
// Threads    Owned by the worker of the file.
// Bounds     Those of DedupeWindows, a stage. Nothing for a file without such a route.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/stages/dedupe_windows.h"

namespace tailrace {

class FileWindows {
 public:
  struct RouteWindows {
    size_t route = 0;  // Position in the binding.
    const CompiledPipeline* pipeline = nullptr;
    PipelineWindows windows;
  };

  // For the routes of a file that is opened.
  explicit FileWindows(const StreamBinding& binding);

  std::vector<RouteWindows>& routes() { return routes_; }
  // Null when the route's pipeline has no `dedupe`.
  PipelineWindows* Of(size_t route);

  bool idle() const;
  bool owes() const;
  // Summaries wait to be taken.
  bool closed() const;
  size_t held_bytes() const;
  // When the first window ends; max() when none is open, or the clock is that of the records.
  MonotonicTime due() const;

  void EndOld(MonotonicTime now);
  void EndAll(SummaryEnd why);
  // See DedupeWindows. Looks only once in a while: ranges are opened by the thousand.
  void CloseBehind(RangeRef limit);

  // All windows go on in `newer`, the next generation, with what they owe. Those of a pipeline that
  // does not take the newer one stay, until they are over.
  void HandOver(FileWindows& newer);

 private:
  template <typename Visit>
  void ForEachTable(Visit&& visit) {
    for (RouteWindows& route : routes_) {
      for (PipelineWindows::Table& table : route.windows.tables) visit(route, table.windows);
    }
  }
  template <typename Visit>
  void ForEachTable(Visit&& visit) const {
    for (const RouteWindows& route : routes_) {
      for (const PipelineWindows::Table& table : route.windows.tables) visit(route, table.windows);
    }
  }

  std::vector<RouteWindows> routes_;
  RangeId looked_at_;  // The limit of the last CloseBehind.
};

}  // namespace tailrace
