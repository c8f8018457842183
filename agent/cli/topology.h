// A Topology is the running agent: the reader, the workers, a lane for each sink and one for the
// dead letters, the state thread, and the rings between them, made from a config.
//
//   ASSIGN_OR_RETURN(auto topology, Topology::Build(config, options, registry, clock));
//   topology->Start();
//   ... until topology->ended_fd() is readable: with --once by itself, else after Stop ...
//   topology->Join();
//
// A reload (topology_reload.cc) makes a plan of the new config and lanes for its new sinks, and
// sends both as the next epoch: first to the workers, who keep it, then to the reader, whose kEpoch
// makes them begin it. Lanes of sinks that are gone drain meanwhile, and go when every worker has
// parted from them. See agent/pipeline/worker_epoch.h.
//
// Threads    One thread, the control thread, makes all calls.
// Ownership  Owns every thread, ring and buffer; registry and clock outlive it.
// Bounds     `memory_limit` is shared out here: slabs, payloads, framing state.
//            kSinkIdsMax sinks and kSourceIdsMax sources over all reloads.
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
#include "agent/base/notification.h"
#include "agent/base/status.h"
#include "agent/config/config.h"
#include "agent/config/config_diff.h"
#include "agent/event/memory_budget.h"
#include "agent/pipeline/lane.h"
#include "agent/pipeline/worker.h"
#include "agent/state/state_thread.h"
#include "agent/tail/reader.h"
#include "sinks/dead_letter_sink.h"

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

inline constexpr size_t kSinkIdsMax = 1024;
inline constexpr size_t kSourceIdsMax = 1024;
// What a lane of a sink that was changed gets to end its requests, before what it has not delivered
// goes to the new lane.
inline constexpr std::chrono::seconds kHandOverTime{5};

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

  // Begins to run `next`. Not with --once. What cannot change while the agent runs stays as it is,
  // and is named in the answer ("agent.workers").
  // Errors, and nothing has changed: what the client of a new sink refuses; kResourceExhausted when
  // no more ids are left; kUnavailable while one is under way, and after Stop.
  absl::StatusOr<std::vector<std::string>> Reload(const Config& next);
  // Every worker runs the config that was given last.
  bool reloaded() const;
  // Frees what lanes that have ended leave behind. Call now and then. False when there are no more
  // of them to be waited for.
  bool Tidy();
  // What runs, or is about to.
  const Config& config() const { return config_; }

  // Ends the reading; what was read is delivered until `drain_by`.
  void Stop(MonotonicTime drain_by);
  // Readable once every thread has ended.
  int ended_fd() const { return ended_bell_.fd(); }
  // Waits for that, and for the last checkpoints. The status is that of the checkpoints.
  absl::Status Join();

  const std::deque<Heartbeat>& heartbeats() const { return heartbeats_; }
  // "" while the sink takes what it is sent. By position in config().sinks.
  std::string down_reason(size_t sink) const {
    return lanes_[sink_ids_[sink].value()]->lane->health().down_reason();
  }
  // "" while dead letters can be written.
  std::string dead_letters_down_reason() const {
    return dead_letter_lane_->lane->health().down_reason();
  }
  // The one that the workers run, or are about to.
  const Plan& plan() const { return *plan_; }
  // Brings tailrace_memory_bytes up to date.
  void PublishMemory() const;

 private:
  // One lane and all that lies between it and the workers.
  struct LaneParts {
    LaneParts(std::shared_ptr<MemoryBudget> payload_budget, size_t workers, const RingSizes& rings);

    const std::shared_ptr<MemoryBudget> budget;  // Of all lanes that a sink of this name has had.
    std::vector<std::unique_ptr<SpscRing<PayloadPtr>>> payloads;     // By worker.
    std::vector<std::unique_ptr<SpscRing<Settlement>>> settlements;  // By worker.
    std::vector<std::unique_ptr<LaneEnd>> ends;                      // By worker.
    Doorbell bell;
    std::unique_ptr<Lane> lane;
    std::string
        writes_to;  // The path of a file, or "stdout"; "" for what others may write as well.
    std::shared_ptr<Notification> ended = std::make_shared<Notification>();
    // Of lanes that write to the same: they must have ended before this one begins.
    std::vector<std::shared_ptr<Notification>> after;
    std::thread thread;
  };
  struct NewSink;
  struct NewIds;
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
  absl::StatusOr<std::unique_ptr<LaneParts>> MakeLaneOf(const SinkConfig& sink,
                                                        std::shared_ptr<MemoryBudget> budget,
                                                        SinkCounters& counters,
                                                        std::chrono::milliseconds start_jitter);
  DeadLetterFile DeadLettersOf(const SinkConfig& sink, SinkCounters& counters) const;
  int64_t DeadLetterShare() const;
  void StartLane(LaneParts& parts);
  std::unique_ptr<Lane> MakeLane(LaneParts& parts, std::unique_ptr<SinkClient> client,
                                 const std::string& name);
  SettleFn SettleInto(LaneParts& parts);
  void BuildWorkers();
  void BuildReader(StoredState stored);
  SinkPortLinks LinksTo(LaneParts& parts, size_t worker, SinkCounters& counters);
  Heartbeat& NewHeartbeat(std::string thread);

  // Of a reload.
  absl::StatusOr<NewIds> GiveIds(const Config& next, const ConfigDiff& diff);
  absl::StatusOr<NewSink> MakeNewSink(const Config& next, const ConfigDiff& diff, size_t position);
  std::shared_ptr<Plan> MakePlan(const Config& next, const NewIds& ids, const ConfigDiff& diff);
  void SendEpoch(const Config& next, const ConfigDiff& diff, const NewIds& ids,
                 std::vector<NewSink> added);
  std::vector<RetiredSink> Retire(const Config& next, const ConfigDiff& diff, const NewIds& ids);
  void ShareOutPayloads();
  ReaderReloadPtr MakeReaderReload(const Config& next, const ConfigDiff& diff, const NewIds& ids);
  SelectFn MakeSelect() const;

  Config config_;
  const RunOptions options_;
  MetricRegistry& registry_;
  const Clock& clock_;
  const size_t worker_count_;
  size_t max_slabs_ = 0;

  std::deque<Heartbeat> heartbeats_;
  FlowCounters flow_;
  std::shared_ptr<Plan> plan_;
  std::vector<SinkId> sink_ids_;                              // By position in config_.
  std::vector<SourceId> source_ids_;                          // By position in config_.
  std::vector<SourceConfig> sources_;                         // By SourceId, all there were.
  std::vector<std::unique_ptr<SinkCounters>> sink_counters_;  // By SinkId.
  std::unique_ptr<SinkCounters> dead_letter_counters_;
  std::vector<std::unique_ptr<LaneParts>> lanes_;  // By SinkId; null where one is gone.
  std::unique_ptr<LaneParts> dead_letter_lane_;
  SpscRing<DeadLetterFile> new_dead_letters_{kSinkIdsMax};
  std::vector<std::shared_ptr<MemoryBudget>> dead_letter_budgets_;  // By SinkId; one a name.
  std::unique_ptr<MemoryBudget> framing_;                           // Of all workers.
  std::unique_ptr<MemoryBudget> parked_;                            // In segments.
  std::vector<std::unique_ptr<WorkerParts>> workers_;
  StateThread state_;
  SpscRing<ReaderCommand> reader_control_;
  SpscRing<ReaderReloadPtr> reader_reloads_{1};
  Doorbell reader_bell_;
  std::unique_ptr<Reader> reader_;

  uint64_t epoch_ = 0;  // That was sent last.
  bool stopping_ = false;
  Doorbell ended_bell_;
  absl::Status state_status_;  // Written by the joiner before it rings.
  MonotonicTime drain_by_ = MonotonicTime::max();
  std::thread joiner_;  // Starts all others, and waits for them in the order of the data.
};

}  // namespace tailrace
