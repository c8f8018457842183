// MultilineStage makes of a framed batch what each route of its file gets: the batch itself, or, of
// a pipeline with a stage `multiline`, the events that its lines complete. It is the first stage of
// a pipeline; the others run over its batches as they would over a framed one.
//
// Threads    Owned by one worker, whose batches it makes one after the other.
// Bounds     A batch of at most kBatchRecordsMax events a route.
// Cost       A pointer a route without multiline; see event_joiner.h. No allocation in steady
//            state.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "agent/pipeline/worker_file.h"
#include "parsers/batch_cut.h"
#include "parsers/event_joiner.h"

namespace tailrace {

// The input of a file's routes.
struct RouteBatches {
  const RecordBatch& lines;                      // As they were framed.
  std::span<const RecordBatch* const> by_route;  // By position in the binding.

  // What counts as the file's records: the input of its first route.
  const RecordBatch& records() const { return by_route.empty() ? lines : *by_route.front(); }
};

class MultilineStage {
 public:
  // `lines` follow those of the file that came before; events that none of them ends end for the
  // reason `end`, if there is one. The result is valid until the next call.
  RouteBatches Run(WorkerFile& file, const RecordBatch& lines, EventEnd end, MonotonicTime now);

  // After Run: where the file's lines may be cut, and which references change hands.
  const BatchCut& cut() const { return cut_; }
  EventRanges& ranges() { return ranges_; }

 private:
  RecordBatch& EventsOf(size_t joiner, const RecordBatch& lines);

  BatchCut cut_;
  EventRanges ranges_;
  std::array<uint16_t, kBatchRecordsMax> next_lines_{};
  std::vector<std::unique_ptr<RecordBatch>> events_;  // By position in FileEvents::joiners.
  std::vector<const RecordBatch*> by_route_;
};

}  // namespace tailrace
