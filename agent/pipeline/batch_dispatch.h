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
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/multiline_stage.h"
#include "agent/pipeline/parse_stage.h"
#include "agent/pipeline/sink_port.h"
#include "agent/pipeline/worker_files.h"
#include "parsers/timestamp.h"
#include "sinks/document_encoder.h"

namespace tailrace {

class BatchDispatch {
 public:
  // `ports` by SinkId; all outlive the dispatch.
  BatchDispatch(WorkerFiles& files, std::vector<SinkPort*> ports, FlowCounters& flow);

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

  // Records on their way to sinks and dead letters.
  int64_t outstanding_records() const { return outstanding_records_; }
  void Settled(int64_t records) { outstanding_records_ -= records; }
  void AddOutstanding(int64_t records) { outstanding_records_ += records; }

 private:
  int64_t BoundOf(const WorkerFile& file, size_t input_bytes) const;
  void EncodeTo(WorkerFile& file, const Route& route, size_t position, const RecordBatch& batch,
                std::optional<RangeRef> range, MonotonicTime now);
  void FindJoinedKeys(const Route& route, size_t position, const RecordBatch& batch,
                      const WorkerFile& file);

  WorkerFiles& files_;
  const std::vector<SinkPort*> ports_;
  FlowCounters& flow_;
  ParseStage parse_;
  DocumentEncoder encoder_;
  ParsedBodies bodies_;
  std::vector<std::string_view> joined_keys_;
  int64_t read_wall_nanos_ = -1;  // That read_time_ says.
  std::array<char, kUtcTimeBytes> read_time_;
  int64_t reserved_bytes_ = 0;  // In each entry of the file's routes that is not dropped.
  std::vector<bool> dropped_;   // By entry: route by route, sink by sink.
  int64_t outstanding_records_ = 0;
};

}  // namespace tailrace
