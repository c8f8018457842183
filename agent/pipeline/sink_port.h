// A SinkPort is one worker's side of one sink: the payload that is being filled, the memory that
// it may use, and the rings to and from the sink's lane.
//
// Threads    Owned by one worker.
// Ownership  Owns the open payload and a few empty ones, whose pages are warm. It gives these up
//            when others need the budget, or when it has not used them for a while.
// Life       Until the end of the agent, or until a reload retires its sink: then it parts from the
//            lane (LaneEnd) and is destroyed.
// Bounds     Bytes are reserved from the sink's MemoryBudget before they are encoded. A payload is
//            sealed at `batch_bytes` or `flush_interval` after its first record, or up to a fifth
//            sooner, so that agents which began together do not send together. A lane that is
//            behind gets payloads that are filled up, not more of them.
// Cost       A few additions a batch; the ring and the bell once a payload.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "agent/base/clock.h"
#include "agent/event/memory_budget.h"
#include "agent/pipeline/lane_message.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"
#include "sinks/payload.h"
#include "sinks/sink_counters.h"
#include "sinks/sink_options.h"

namespace tailrace {

// What a port is connected to; all of it outlives the port.
struct SinkPortLinks {
  MemoryBudget* budget = nullptr;
  SinkCounters* counters = nullptr;
  SpscRing<PayloadPtr>* payloads = nullptr;
  SpscRing<Settlement>* settlements = nullptr;
  LaneEnd* end = nullptr;
  Doorbell* lane_bell = nullptr;
};

class SinkPort {
 public:
  SinkPort(SinkId sink, const SinkOptions& options, const SinkPortLinks& links);

  // Reserves room for what one batch may become. On false the open payload is on its way, so that
  // there will be room.
  [[nodiscard]] bool TryReserve(int64_t bytes);
  void CancelReserve(int64_t bytes) { links_.budget->Release(bytes); }

  // The payload to encode into. `now` starts its flush interval when it is empty.
  Payload& Open(MonotonicTime now);
  // A batch was encoded under a reservation of `reserved` bytes: keeps what the payload grew by
  // and gives the rest back; seals the payload when it is large enough.
  void Encoded(int64_t reserved);

  // Seals the open payload, and gives up empty ones, when their time has come. Returns when the
  // next look is due.
  std::optional<MonotonicTime> LookAfter(MonotonicTime now);
  // Seals what is open, if anything. False when the lane's ring is full.
  bool Seal();

  // A payload is done: frees its charge, keeps its shell if few are kept.
  void Recycle(PayloadPtr shell);
  std::optional<Settlement> NextSettlement() { return links_.settlements->TryPop(); }
  bool HasSettlements() const { return links_.settlements->SizeApprox() > 0; }

  // Says that nothing more will come. See LaneFate.
  void End(MonotonicTime drain_by, LaneFate fate = LaneFate::kAbandon);
  // The sink is no longer in the config: no record comes any more, and the lane has until
  // `drain_by`. See PartFromLane.
  void Retire(MonotonicTime drain_by) { retire_by_ = drain_by; }
  bool retired() const { return retire_by_.has_value(); }
  // Goes on with that: sends what is open while the lane has room for it, and until `patient_until`
  // at the latest, then says the end. True once the lane has sent its last settlement: take what is
  // in the ring, then destroy the port. REQUIRES: retired().
  bool PartFromLane(MonotonicTime patient_until, MonotonicTime now);
  // What was not sent when the end was said.
  std::vector<PayloadPtr> TakeUnsent();
  // The last call: the lane may be destroyed.
  void Release() { links_.end->Release(); }

  // Sends a payload that another port's lane gave back. Its charge is in this port's budget.
  void Adopt(PayloadPtr payload);
  // Nothing is charged for it any more.
  void Discard(PayloadPtr payload) { links_.budget->Release(payload->charged_bytes); }
  void FreeSpares();

  SinkCounters& counters() { return *links_.counters; }
  WhenFull when_full() const { return options_.when_full; }
  // Everything that was reserved or charged by anybody for this sink is given back.
  bool empty() const { return open_ == nullptr || open_->items.empty(); }

 private:
  bool PushAdopted();
  int64_t SizeOf(const Payload& payload) const;
  std::optional<MonotonicTime> SealIfDue(MonotonicTime now);
  std::optional<MonotonicTime> FreeSparesIfDue(MonotonicTime now);

  const SinkId sink_;
  const SinkOptions options_;
  const SinkPortLinks links_;
  PayloadPtr open_;
  MonotonicTime opened_at_{};
  MonotonicTime seal_at_{};
  uint64_t seen_refusals_ = 0;
  std::vector<PayloadPtr> spare_;   // Charged with their capacity.
  std::deque<PayloadPtr> adopted_;  // They go out before what is open.
  std::optional<MonotonicTime> retire_by_;
  bool end_said_ = false;
};

}  // namespace tailrace
