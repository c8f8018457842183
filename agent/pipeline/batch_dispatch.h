// BatchDispatch brings one framed batch to its sinks: it makes sure that there is room, runs the
// stages of each route, encodes, and takes the references that the payloads need.
//
// Threads    Owned by one worker.
// Failure    No room: Reserve says so and nothing has happened. A sink whose `when_full` is drop
//            never makes a batch wait: its records are counted as dropped.
// Cost       One virtual-free pass a stage and a sink; no allocation in steady state.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/multiline_stage.h"
#include "agent/pipeline/pipeline_run.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/sink_port.h"
#include "agent/pipeline/worker_files.h"
#include "parsers/timestamp.h"
#include "sinks/document_encoder.h"

namespace tailrace {

class BatchDispatch {
 public:
  // A record that a pipeline itself sends to the dead letters. It has no references yet.
  struct Rejection {
    SinkId sink;
    RejectedItem item;
  };

  // `ports` by SinkId; all outlive the dispatch.
  BatchDispatch(WorkerFiles& files, std::vector<SinkPort*> ports, const Plan& plan,
                FlowCounters& flow);

  // A reload has changed them. REQUIRES: nothing is reserved.
  void SetPorts(std::vector<SinkPort*> ports) { ports_ = std::move(ports); }
  // The state of the old plan's stages ends.
  void SetPlan(const Plan& plan) {
    plan_ = &plan;
    run_.Forget();
  }

  // Room in every sink that the file's routes reach, for whatever the next Frame call makes of
  // `input_bytes` and of what is carried and held of lines and events.
  [[nodiscard]] bool Reserve(const WorkerFile& file, size_t input_bytes);
  // Gives the reservation back unused.
  void CancelReserve(const WorkerFile& file);
  // Room or not: for pieces that must go out now.
  void ForceReserve(const WorkerFile& file);

  // Encodes for each route its batch, under the reservation, which ends with this call. `range` is
  // the first that was opened for the batch in the file's ledger; absent when every record lies in
  // earlier ones.
  void Dispatch(WorkerFile& file, const RouteBatches& batches, std::optional<RangeRef> range,
                MonotonicTime now);

  // The same for summaries of the `dedupe` that is stage `stage` of the file's route `route`. The
  // payloads hold references of their own when it returns.
  struct SummaryRun {
    size_t route = 0;
    size_t stage = 0;
    const DedupeSummaries& summaries;
  };
  void DispatchSummaries(WorkerFile& file, const SummaryRun& run, MonotonicTime now);

  // What the pipelines rejected of the last batch, for the caller to take.
  std::vector<Rejection>& rejections() { return rejections_; }

  // Records on their way to sinks and dead letters.
  int64_t outstanding_records() const { return outstanding_records_; }
  void Settled(int64_t records) { outstanding_records_ -= records; }
  void AddOutstanding(int64_t records) { outstanding_records_ += records; }

 private:
  int64_t BoundOf(const WorkerFile& file, size_t input_bytes) const;
  // One batch on its way to one output.
  struct Passage {
    WorkerFile* file = nullptr;
    const Route* route = nullptr;
    size_t position = 0;  // Of the output.
    const RecordBatch* batch = nullptr;
    std::optional<RangeRef> range;
    const SummaryRun* summaries = nullptr;  // That the batch is made of, if it is.
  };

  void DispatchRoutes(WorkerFile& file, const RouteBatches& batches, std::optional<RangeRef> range,
                      const SummaryRun* summaries, MonotonicTime now);
  void RunPipeline(const Passage& passage, MonotonicTime now);
  void HoldFiltered(const Passage& passage, PipelineWindows& windows);
  void Hold(DedupeSummary& summary, RangeRef range);
  void SendTo(const Passage& passage, bool dropped, MonotonicTime now);
  uint64_t Encode(const Passage& passage, uint64_t branch, Payload& payload);
  void Reject(const Passage& passage);
  void FindJoinedKeys(const Passage& passage);

  WorkerFiles& files_;
  std::vector<SinkPort*> ports_;  // Null where a sink is gone.
  const Plan* plan_;
  FlowCounters& flow_;
  PipelineRun run_;
  DocumentEncoder encoder_;
  ParsedBodies bodies_;
  RecordBatch summaries_;
  std::vector<const RecordBatch*> summaries_by_route_;
  std::vector<std::string_view> joined_keys_;
  std::vector<Rejection> rejections_;
  Payload rejected_;              // Where they are encoded.
  int64_t read_wall_nanos_ = -1;  // That read_time_ says.
  std::array<char, kUtcTimeBytes> read_time_;
  int64_t reserved_bytes_ = 0;  // In each entry of the file's routes that is not dropped.
  std::vector<bool> dropped_;   // By entry: route by route, sink by sink.
  int64_t outstanding_records_ = 0;
};

}  // namespace tailrace
