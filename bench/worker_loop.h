// WorkerLoop is a worker whose reader and lane are played by the thread that calls it: slabs come
// in one after the other, every payload is confirmed at once, and slabs and payloads go round. It
// leaves the worker's own cost: framing, parsing, encoding, ledger.
//
// Threads    One.
// Bounds     As many slabs as the worker holds at once, one in practice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/pipeline/worker.h"

namespace tailrace {

class WorkerLoop {
 public:
  explicit WorkerLoop(bool parse_json,
                      std::optional<MultilineStageOptions> multiline = std::nullopt);

  // The next bytes of the one file, a log of a container.
  // REQUIRES: at most kSlabBytes.
  void Feed(std::string_view bytes);

  uint64_t delivered() const { return delivered_; }
  uint64_t payloads() const { return payloads_; }

 private:
  struct Wires {
    Wires(MetricRegistry& registry, const char* sink)
        : counters(registry, sink), budget(64 << 20), payloads(64), settlements(64) {}
    SinkPortLinks Links() { return {&budget, &counters, &payloads, &settlements, &end, &bell}; }

    SinkCounters counters;
    MemoryBudget budget;
    SpscRing<PayloadPtr> payloads;
    SpscRing<Settlement> settlements;
    LaneEnd end;
    Doorbell bell;
  };

  void Push(Segment segment, std::string_view bytes);
  void Turn();

  SystemClock clock_;
  MetricRegistry registry_;
  Heartbeat heartbeat_{"worker"};
  FlowCounters flow_;
  Wires sink_;
  Wires dead_letters_;
  MemoryBudget framing_{8 << 20};
  MemoryBudget parked_{4};
  SpscRing<SlabPtr> slabs_;
  SpscRing<ReaderCommand> commands_;
  SpscRing<WorkerCommand> control_;
  Doorbell bell_;
  Doorbell reader_bell_;
  std::unique_ptr<Worker> worker_;
  std::vector<SlabPtr> free_slabs_;
  int64_t offset_ = 0;
  uint64_t delivered_ = 0;
  uint64_t payloads_ = 0;
};

}  // namespace tailrace
