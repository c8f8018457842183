// StateThread is the only thread that touches the checkpoint store. Workers hand it what moved,
// once a second; it makes that durable and holds nobody up: a worker whose ring is full keeps its
// batch and offers it again.
//
//   StateThread state(options, workers, registry, clock, heartbeat);
//   StoredState stored = state.Open();       then state.Start();
//   each worker, once a second: if (state.TrySend(index, batch)) batch.clear();
//   after the workers ended: state.Stop(deadline);
//
// Threads    Open, Start, AddSource and Stop: the thread that made it. TrySend: worker `index`
// alone, between
//            Start and Stop.
// Bounds     kRingCapacity batches a worker; see checkpoint_writer.h for what is uncommitted.
// Failure    None to the callers but a Stop that could not commit; see checkpoint_writer.h.
#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "agent/base/clock.h"
#include "agent/base/heartbeat.h"
#include "agent/base/metrics.h"
#include "agent/state/checkpoint.h"
#include "agent/state/checkpoint_writer.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"

namespace tailrace {

class StateThread {
 public:
  static constexpr size_t kRingCapacity = 4;
  static constexpr size_t kNewSourcesMax = 1024;

  StateThread(StateOptions options, size_t workers, MetricRegistry& registry, const Clock& clock,
              Heartbeat& heartbeat);
  ~StateThread();  // Stops, with one try to commit what is left.
  StateThread(const StateThread&) = delete;
  StateThread& operator=(const StateThread&) = delete;

  // What was stored when the agent ended. Call once, before Start.
  StoredState Open();
  void Start();

  // A reload: the name of the next SourceId. Call it before any worker can send a checkpoint of
  // that source. False when kNewSourcesMax wait to be taken.
  [[nodiscard]] bool AddSource(std::string name);

  // Takes `batch` and returns true, or returns false and leaves it alone when the ring is full.
  [[nodiscard]] bool TrySend(size_t worker, CheckpointBatch& batch);

  // Commits all that was sent, trying again until `deadline`, and ends the thread. OK: all of it
  // is durable. kDeadlineExceeded: the disk still holds the thread; the destructor waits for it.
  absl::Status Stop(MonotonicTime deadline);

 private:
  void Run();
  void RequestStop(MonotonicTime deadline);
  bool Drain();
  void TakeNewSources();
  bool RingsEmpty() const;
  absl::Status CommitRest(MonotonicTime deadline);

  const Clock& clock_;
  Heartbeat& heartbeat_;  // Of this thread, once a round.
  CheckpointWriter writer_;
  std::vector<std::unique_ptr<SpscRing<CheckpointBatch>>> rings_;  // By worker.
  SpscRing<std::string> new_sources_{kNewSourcesMax};
  Doorbell doorbell_;
  SpscRing<MonotonicTime> stop_{1};  // The deadline, from the thread that stops this one.
  bool stop_requested_ = false;      // Of that thread.
  std::promise<absl::Status> last_commit_;
  std::thread thread_;
};

}  // namespace tailrace
