// A Lane is the thread that feeds one SinkClient: it takes payloads from every worker's ring,
// offers them to the client, lets it do its I/O, and brings settlements back to their workers.
//
// Threads    Run is the thread's body. Everything else happens before it starts.
// Bounds     Holds one payload a worker beyond what the client took, and settlements until their
//            worker's ring has room. While it waits for that room it goes on with everything else.
// Ordering   Payloads of one worker are offered in the order in which it sent them, and workers
//            take turns, so that a slow sink serves all of them alike.
// Failure    Ends when every worker has said that it sends nothing more and the client holds
//            nothing, or at the latest deadline that they named. What is left then is abandoned, or
//            given back if the workers go on without this lane (LaneFate).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/heartbeat.h"
#include "agent/pipeline/lane_message.h"
#include "agent/pipeline/sink_health.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"
#include "sinks/sink_client.h"

namespace tailrace {

// What is between one worker and one lane, and the worker's bell.
struct LanePort {
  SpscRing<PayloadPtr>* payloads = nullptr;
  SpscRing<Settlement>* settlements = nullptr;
  LaneEnd* end = nullptr;
  Doorbell* worker_bell = nullptr;
};

class Lane {
 public:
  // The client must have been made with `bell.fd()` as its wake_fd, and with a settle function
  // that calls Settle.
  Lane(std::unique_ptr<SinkClient> client, const std::vector<LanePort>& ports, Doorbell& bell,
       const Clock& clock, Heartbeat& heartbeat);

  // Before Run: whom to ring when a settlement is in the ring of `worker`.
  void SetWorkerBell(size_t worker, Doorbell& bell) { ports_[worker].port.worker_bell = &bell; }

  void Run();
  // Before Run, on its thread: it lives, and waits.
  void Beat() { heartbeat_.Beat(clock_.Now()); }

  // Any thread may ask.
  const SinkHealth& health() const { return health_; }

  // Called by the client inside Poll and Drain.
  void Settle(size_t worker, Settlement settlement);

 private:
  struct PortState {
    LanePort port;
    PayloadPtr next;                     // Taken from the ring, not yet by the client.
    std::deque<Settlement> undelivered;  // The worker's ring was full.
    bool ended = false;                  // It was seen that the worker sends nothing more.
  };

  void PublishHealth();
  bool TakeIn();
  bool DeliverSettlements();
  // Every worker has said that it sends nothing more.
  bool AllEnded();
  bool AllTaken() const;
  void GiveBack();
  // The workers take nothing any more.
  bool AllReleased() const;
  bool HasUndelivered() const;
  // Nothing is to be done before the client or a bell says so.
  bool NothingToDo() const;

  std::unique_ptr<SinkClient> client_;
  std::vector<PortState> ports_;
  Doorbell& bell_;
  const Clock& clock_;
  Heartbeat& heartbeat_;
  SinkHealth health_;
  std::string published_;  // What health_ says.
  bool window_full_ = false;
  size_t next_worker_ = 0;  // Whose turn it is.
  MonotonicTime drain_by_{};
};

}  // namespace tailrace
