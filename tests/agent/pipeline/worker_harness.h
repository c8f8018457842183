// A Worker without threads: the test plays the reader (slabs in, commands out), the lanes (payloads
// out, settlements in) and the state thread (checkpoints out), and calls Step.
//
// Threads    One.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/worker.h"

namespace tailrace {

struct HarnessOptions {
  size_t sinks = 1;
  int64_t sink_budget_bytes = 64 << 20;
  WhenFull when_full = WhenFull::kWait;
  bool parse_json = false;
  FileFormat format = FileFormat::kRaw;
  int64_t parked_segments_max = 4;
  uint32_t max_line_bytes = 1 << 20;
  int64_t framing_budget_bytes = 8 << 20;
  std::chrono::milliseconds flush_partial{5000};
  // In place of the one pipeline that takes all; each names its sinks.
  std::vector<PipelineOptions> pipelines = {};
  std::vector<StageSpec> stages;
  bool record_clock = false;
};

class WorkerHarness {
 public:
  explicit WorkerHarness(const HarnessOptions& options);

  // The reader's side.
  FileId OpenFile(int64_t offset = 0);
  // The next generation of the log of `older`, which was read to `older_end`.
  FileId OpenNewer(FileId older, int64_t older_end, int64_t offset = 0);
  void SendData(FileId file, int64_t offset, std::string_view bytes);
  void SendStep(SegmentKind kind, FileId file, int64_t offset);
  void SendSkip(FileId file, int64_t offset, int64_t bytes);
  // The file gets the key that ends with `key`.
  void SendRekey(FileId file, int64_t offset, uint8_t key);
  // The file was seen to be `file_bytes` long.
  void SendGrew(FileId file, int64_t offset, int64_t file_bytes);
  void SendEndOfInput(bool flush_held);
  std::vector<ReaderCommand> TakeCommands();

  // The control thread's side: an epoch in which `names` are the sinks of the only pipeline, by
  // SinkId ("" for one that is in no pipeline any more). Those beyond the ones that there are come
  // with it; their budget is that of `shares`, if given. It begins with the kEpoch that follows.
  std::unique_ptr<WorkerEpoch> NextEpoch(const std::vector<std::string>& names,
                                         std::optional<size_t> shares = std::nullopt);
  void Begin(std::unique_ptr<WorkerEpoch> epoch);
  // As a lane that has sent its last settlement.
  void FinishLane(size_t sink) { sinks_[sink]->end.Finish(); }
  const LaneEnd& EndOf(size_t sink) const { return sinks_[sink]->end; }
  int64_t UsedBytes(size_t sink) const { return sinks_[sink]->budget->used_bytes(); }
  MonotonicTime now() const { return clock_.Now(); }
  uint64_t epoch() const { return worker_->epoch(); }

  // Steps until nothing more happens; time moves on by `advance` first.
  void Run(std::chrono::milliseconds advance = std::chrono::milliseconds(2000));
  bool Finished() const { return worker_->Finished(); }

  // The lanes' side: payloads that were sealed by now.
  std::vector<PayloadPtr> TakePayloads(size_t sink = 0);
  static std::vector<nlohmann::json> Documents(const Payload& payload);
  void Deliver(PayloadPtr payload);
  // As a lane that is given up.
  void GiveBack(PayloadPtr payload);
  void Reject(PayloadPtr payload, const std::string& reason);
  std::vector<PayloadPtr> TakeDeadLetters();

  // The newest checkpoint of a file; -1 when there was none.
  int64_t Frontier(FileId file);
  // All checkpoints, the newest last.
  const CheckpointBatch& checkpoints() const { return checkpoints_; }

  MetricRegistry& registry() { return registry_; }
  uint64_t Metric(std::string_view name) const;

 private:
  struct Wires {
    explicit Wires(std::shared_ptr<MemoryBudget> given)
        : budget(std::move(given)), payloads(64), settlements(64) {}
    explicit Wires(int64_t budget_bytes) : Wires(std::make_shared<MemoryBudget>(budget_bytes)) {}
    const std::shared_ptr<MemoryBudget> budget;
    SpscRing<PayloadPtr> payloads;
    SpscRing<Settlement> settlements;
    LaneEnd end;
    Doorbell bell;
  };

  SinkPortLinks LinksTo(Wires& wires, const std::string& sink);
  FileId Open(int64_t offset, std::optional<FileId> predecessor, int64_t predecessor_end);
  void Push(Segment segment, std::string_view bytes = {});

  ManualClock clock_;
  MetricRegistry registry_;
  Heartbeat heartbeat_{"worker"};
  FlowCounters flow_;
  std::vector<std::unique_ptr<SinkCounters>> counters_;
  std::vector<std::unique_ptr<Wires>> sinks_;
  Wires dead_letters_;
  MemoryBudget framing_;
  MemoryBudget parked_;
  SpscRing<SlabPtr> slabs_;
  SpscRing<ReaderCommand> commands_;
  SpscRing<WorkerCommand> control_;
  Doorbell bell_;
  Doorbell reader_bell_;
  CheckpointBatch checkpoints_;
  std::unique_ptr<Worker> worker_;
  int64_t sink_budget_bytes_;
  WhenFull when_full_;
  uint64_t epochs_ = 0;
  FileFormat format_;
  std::vector<StreamInfoPtr> streams_;  // By FileId.
};

}  // namespace tailrace
