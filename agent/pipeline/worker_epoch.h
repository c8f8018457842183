// A WorkerEpoch is what one worker runs from one reload of the config to the next: a plan, the
// framing of the sources, and the ways to the sinks that came and went. The control thread makes
// one for each worker and pushes it to the worker's ring; the worker begins with it when the
// reader's kEpoch of that number arrives, so between two segments: everything that the reader
// read before goes through the old plan, everything after it through the new one.
//
// Invariants  Ids stay what they are over all epochs: of a source by its name, of a sink until its
//             options change; then it gets the next one.
// Threads     Made by the control thread, used by one worker.
// Ownership   The plan is shared by the workers, and goes with the last one that leaves it. All
//             that links point to outlives the worker, or the port that has parted from it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/strong_id.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/sink_port.h"
#include "parsers/framer.h"

namespace tailrace {

// The next SinkId.
struct AddedSink {
  SinkOptions options;
  SinkPortLinks links;
  MemoryBudget* dead_letter_budget = nullptr;
};

struct RetiredSink {
  SinkId sink;
  MonotonicTime drain_by{};  // What its lane has not settled by then it gives back.
  // Who gets that: a sink of the same name and kind, whose budget is the same. Without one it is
  // dropped and counted, with reason "sink_removed".
  std::optional<SinkId> successor;
};

struct WorkerEpoch {
  uint64_t number = 0;
  std::shared_ptr<Plan> plan;
  std::vector<FramerOptions> framing;                    // By SourceId.
  std::vector<std::chrono::milliseconds> flush_partial;  // By SourceId.
  std::vector<SourceFlow*> flows;                        // By SourceId.
  std::vector<AddedSink> added;
  std::vector<RetiredSink> retired;
};

// How far a worker is, for the control thread.
class EpochMark {
 public:
  // Pairs with Get's acquire: who sees the number sees that nothing older is used by the worker.
  void Set(uint64_t number) noexcept { number_.store(number, std::memory_order_release); }
  uint64_t Get() const noexcept { return number_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t> number_{0};
};

}  // namespace tailrace
