// Relay is the agent without threads: a real Reader over a real directory, a real Worker, a sink
// and the real DeadLetterSink, and between them rings whose content the test can touch, as a bug
// in a hand-over would.
//
// Threads    One.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/cli/balance.h"
#include "agent/pipeline/worker.h"
#include "agent/tail/reader.h"
#include "sinks/sink_client.h"

namespace tailrace {

struct RelayTaps {
  std::function<void(Slab&)> reader_to_worker = [](Slab&) {};
  std::function<void(Payload&)> worker_to_lane = [](Payload&) {};
  std::function<void(Settlement&)> lane_to_worker = [](Settlement&) {};
  std::function<void(Payload&)> worker_to_dead_letters = [](Payload&) {};
};

class Relay {
 public:
  // `reject_every` of the sink: each how-many-th item it will not take; 0: it takes all.
  Relay(const std::string& text, int reject_every, RelayTaps taps);
  ~Relay();

  // Until nothing moves any more.
  void Run();
  // Run came to the end that `--once` waits for.
  bool finished() const { return worker_->Finished(); }
  Balance TakeBalance() const { return tailrace::TakeBalance(registry_, {"sink"}); }

 private:
  struct Wires {
    Wires() : budget(8 << 20), payloads(64), settlements(64) {}
    MemoryBudget budget;
    SpscRing<PayloadPtr> payloads;
    SpscRing<Settlement> settlements;
    LaneEnd end;
    Doorbell bell;
  };

  SinkPortLinks LinksTo(Wires& wires, SinkCounters& counters);
  void BuildWorker();
  void BuildReader();
  bool CarrySlabs();
  bool CarryPayloads(Wires& wires, SinkClient& client, const std::function<void(Payload&)>& tap);

  const RelayTaps taps_;
  std::string dir_;
  ManualClock clock_;
  MetricRegistry registry_;
  FlowCounters flow_;
  SinkCounters counters_;
  SinkCounters dead_letter_counters_;
  Heartbeat heartbeat_{"worker"};
  Heartbeat reader_heartbeat_{"reader"};
  SpscRing<SlabPtr> from_reader_, to_worker_;
  SpscRing<ReaderCommand> to_reader_, reader_control_;
  SpscRing<WorkerCommand> worker_control_;
  Doorbell reader_bell_, worker_bell_;
  Wires sink_, dead_letters_;
  MemoryBudget framing_{8 << 20};
  MemoryBudget parked_{4};
  std::unique_ptr<SinkClient> client_;
  std::unique_ptr<SinkClient> dead_letter_client_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tailrace
