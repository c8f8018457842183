// A Topology is the running agent: the reader, the workers, a lane for each sink and one for the
// dead letters, the state thread, and the rings between them, made from a config.
//
//   ASSIGN_OR_RETURN(auto topology, Topology::Build(config, options, registry, clock));
//   topology->Start();
//   ... until topology->ended_fd() is readable: with --once by itself, else after Stop ...
//   topology->Join();
//
// Threads    One thread, the control thread, makes all calls.
// Ownership  Owns every thread, ring and buffer; config, registry and clock outlive it.
// Bounds     `memory_limit` is shared out here: slabs, payloads, framing state.
// Failure    Build: what a sink's files, or the state directory, refuse. After Start nothing fails
//            but by counters and log.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/heartbeat.h"
#include "agent/base/metrics.h"
#include "agent/base/status.h"
#include "agent/config/config.h"
#include "agent/event/memory_budget.h"
#include "agent/pipeline/lane.h"
#include "agent/pipeline/worker.h"
#include "agent/state/state_thread.h"
#include "agent/tail/reader.h"

namespace tailrace {

// How much may lie between two threads, each a power of two.
struct RingSizes {
  // Few payloads queue, so that the same warm buffers go round; what comes then waits in its file.
  size_t payloads = 8;
  // For the same reason the reader is not far ahead of a worker.
  size_t slabs = 8;
  size_t settlements = 256;
  size_t reader_commands = 1024;
};

struct RunOptions {
  bool once = false;
  bool no_state = false;
  RingSizes rings;
};

class Topology {
 public:
  static absl::StatusOr<std::unique_ptr<Topology>> Build(const Config& config,
                                                         const RunOptions& options,
                                                         MetricRegistry& registry,
                                                         const Clock& clock);
  ~Topology();
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  void Start();
  // Ends the reading; what was read is delivered until `drain_by`.
  void Stop(MonotonicTime drain_by);
  // Readable once every thread has ended.
  int ended_fd() const { return ended_bell_.fd(); }
  // Waits for that, and for the last checkpoints. The status is that of the checkpoints.
  absl::Status Join();

  const std::deque<Heartbeat>& heartbeats() const { return heartbeats_; }
  // "" while the sink takes what it is sent. By SinkId.
  std::string down_reason(size_t sink) const { return lanes_[sink]->lane->health().down_reason(); }
  // "" while dead letters can be written.
  std::string dead_letters_down_reason() const {
    return dead_letter_lane_->lane->health().down_reason();
  }
  // Brings tailrace_memory_bytes up to date.
  void PublishMemory() const;

 private:
  // One lane and all that lies between it and the workers.
  struct LaneParts {
    LaneParts(int64_t budget_bytes, size_t workers, const RingSizes& rings);

    MemoryBudget budget;
    std::vector<std::unique_ptr<SpscRing<PayloadPtr>>> payloads;     // By worker.
    std::vector<std::unique_ptr<SpscRing<Settlement>>> settlements;  // By worker.
    std::vector<std::unique_ptr<LaneEnd>> ends;                      // By worker.
    Doorbell bell;
    std::unique_ptr<Lane> lane;
  };
  // One worker and all that lies between it, the reader and the control thread.
  struct WorkerParts {
    explicit WorkerParts(const RingSizes& rings);

    SpscRing<SlabPtr> slabs;
    SpscRing<ReaderCommand> reader_commands;
    SpscRing<WorkerCommand> control;
    Doorbell bell;
    std::unique_ptr<Worker> worker;
  };

  Topology(const Config& config, const RunOptions& options, MetricRegistry& registry,
           const Clock& clock);

  absl::Status BuildLanes();
  std::unique_ptr<Lane> MakeLane(LaneParts& parts, std::unique_ptr<SinkClient> client,
                                 const std::string& name);
  SettleFn SettleInto(LaneParts& parts);
  void BuildWorkers();
  void BuildReader(StoredState stored);
  SinkPortLinks LinksTo(LaneParts& parts, size_t worker, SinkCounters& counters);
  Heartbeat& NewHeartbeat(std::string thread);

  const Config& config_;
  const RunOptions options_;
  MetricRegistry& registry_;
  const Clock& clock_;
  const size_t worker_count_;
  size_t max_slabs_ = 0;

  std::deque<Heartbeat> heartbeats_;
  FlowCounters flow_;
  std::shared_ptr<Plan> plan_;
  std::vector<std::unique_ptr<SinkCounters>> sink_counters_;  // By SinkId.
  std::unique_ptr<SinkCounters> dead_letter_counters_;
  std::vector<std::unique_ptr<LaneParts>> lanes_;  // By SinkId.
  std::unique_ptr<LaneParts> dead_letter_lane_;
  std::vector<std::unique_ptr<MemoryBudget>> dead_letter_budgets_;  // By SinkId.
  std::unique_ptr<MemoryBudget> framing_;                           // Of all workers.
  std::unique_ptr<MemoryBudget> parked_;                            // In segments.
  std::vector<std::unique_ptr<WorkerParts>> workers_;
  StateThread state_;
  SpscRing<ReaderCommand> reader_control_;
  Doorbell reader_bell_;
  std::unique_ptr<Reader> reader_;

  Doorbell ended_bell_;
  absl::Status state_status_;  // Written by the joiner before it rings.
  MonotonicTime drain_by_ = MonotonicTime::max();
  std::thread joiner_;  // Starts all others, and waits for them in the order of the data.
};

}  // namespace tailrace
