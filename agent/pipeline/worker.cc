#include "agent/pipeline/worker.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

std::vector<SinkPort*> Pointers(const std::vector<std::unique_ptr<SinkPort>>& ports) {
  std::vector<SinkPort*> pointers;
  pointers.reserve(ports.size());
  for (const auto& port : ports) pointers.push_back(port.get());
  return pointers;
}

std::vector<std::unique_ptr<SinkPort>> MakePorts(const Plan& plan, const WorkerLinks& links) {
  std::vector<std::unique_ptr<SinkPort>> ports;
  for (size_t i = 0; i < links.sinks.size(); ++i) {
    ports.push_back(std::make_unique<SinkPort>(SinkId(static_cast<uint16_t>(i)),
                                               plan.options().sinks[i].options, links.sinks[i]));
  }
  return ports;
}

}  // namespace

Worker::Worker(WorkerOptions options, std::shared_ptr<Plan> plan, WorkerLinks links,
               FlowCounters& flow, const Clock& clock, Heartbeat& heartbeat)
    : options_(std::move(options)),
      plan_(std::move(plan)),
      links_(std::move(links)),
      flow_(flow),
      source_flows_(flow.SourcePointers()),
      clock_(clock),
      heartbeat_(heartbeat),
      reader_(*links_.slabs, *links_.reader_commands, *links_.reader_bell),
      sinks_(MakePorts(*plan_, links_)),
      dispatch_(files_, Pointers(sinks_), *plan_, flow),
      dead_letters_(plan_->options().sinks, links_.dead_letter_budgets, links_.dead_letters, clock),
      checkpoint_pause_(options_.first_checkpoint_interval) {}

void Worker::Run() {
  while (!Finished()) {
    if (Step()) continue;
    links_.own_bell->Wait(WaitTime(clock_.Now()), [this] { return NothingToDo(); });
  }
  SendLast();
  heartbeat_.End();
}

bool Worker::Step() {
  const MonotonicTime now = clock_.Now();
  heartbeat_.Beat(now);
  TakeCommands();
  bool worked = TakeSettlements();
  if (parting_ > 0) worked |= PartFromLanes(now);
  worked |= ResumeWaiting();
  worked |= TakeSlab();
  if (flush_held_) FlushHeld();
  EndOldEvents(now);
  EndOldWindows(now);
  SealDue(now);
  worked |= SendCheckpoints(now);
  reader_.Flush();
  return worked;
}

bool Worker::Finished() const {
  if (!input_ended_) return false;
  if (drain_by_ && clock_.Now() >= *drain_by_) return true;
  if (summaries_wait_) return false;
  // After a shutdown what waits for room is read again at the next start.
  return dispatch_.outstanding_records() == 0 && (drain_by_ || (waiting_.empty() && !flush_held_));
}

void Worker::TakeCommands() {
  while (std::optional<WorkerCommand> command = links_.control->TryPop()) {
    if (command->epoch != nullptr) {
      next_epoch_ = std::move(command->epoch);
    } else {
      drain_by_ = command->drain_by;
    }
  }
}

bool Worker::TakeSettlements() {
  bool worked = false;
  for (auto& port : sinks_) {
    if (port == nullptr) continue;
    while (std::optional<Settlement> settlement = port->NextSettlement()) {
      if (settlement->recycled != nullptr) port->Recycle(std::move(settlement->recycled));
      port->counters().settled.Add(settlement->delivered_items + settlement->rejected.size());
      PayloadPtr returned = std::move(settlement->returned);
      if (returned != nullptr) {
        for (const RangeRef& ref : returned->ranges) files_.AddRef(ref);
      }
      const SinkId sink = settlement->sink;
      TakeSettlement(*std::move(settlement));
      if (returned != nullptr) GoOnWith(sink, std::move(returned));
      worked = true;
    }
  }
  while (std::optional<Settlement> settlement = dead_letters_.NextSettlement()) {
    TakeSettlement(*std::move(settlement));
    worked = true;
  }
  room_may_have_come_ |= worked;
  return worked;
}

void Worker::TakeSettlement(Settlement settlement) {
  const auto rejected = static_cast<int64_t>(settlement.rejected.size());
  dispatch_.Settled(static_cast<int64_t>(settlement.delivered_items + settlement.dropped_items) +
                    rejected);
  // A dead letter holds the ranges of its record before the payload lets go of them.
  for (RejectedItem& item : settlement.rejected) AddDeadLetter(settlement.sink, std::move(item));
  for (const RangeRef& ref : settlement.released) files_.Release(ref);
}

void Worker::AddDeadLetter(SinkId sink, RejectedItem item) {
  for (const RangeRef& ref : item.ranges) files_.AddRef(ref);
  dead_letters_.Add(sink, std::move(item));
  dispatch_.AddOutstanding(1);
}

bool Worker::TakeSlab() {
  OpenSlab* slab = reader_.NextSlab();
  if (slab == nullptr) return false;
  for (Segment& segment : slab->slab->segments) TakeSegment(slab, segment);
  reader_.Unpin(slab);
  return true;
}

bool Worker::SendCheckpoints(MonotonicTime now) {
  if (now < next_checkpoint_) return false;
  FlushOldPieces();
  files_.ReleaseSeams();
  if (!unsent_checkpoints_ && files_.HasDirty()) unsent_checkpoints_ = files_.TakeCheckpoints();
  next_checkpoint_ = now + checkpoint_pause_;
  if (!unsent_checkpoints_ || !links_.send_checkpoints(*unsent_checkpoints_)) return false;
  unsent_checkpoints_.reset();
  checkpoint_pause_ = std::min(2 * checkpoint_pause_, options_.checkpoint_interval);
  return true;
}

void Worker::SealDue(MonotonicTime now) {
  next_seal_ = MonotonicTime::max();
  const auto look = [&](SinkPort& port) {
    // At the end nothing more comes that would fill a payload up.
    if (input_ended_) port.Seal();
    if (const std::optional<MonotonicTime> due = port.LookAfter(now)) {
      next_seal_ = std::min(next_seal_, *due);
    }
  };
  for (auto& port : sinks_) {
    if (port != nullptr && !port->retired()) look(*port);
  }
  for (auto& port : dead_letters_.ports()) look(*port);
}

// A lane that takes no more, or a disk that hangs, holds nobody up beyond the deadline: what is
// left is read again at the next start.
void Worker::SendLast() {
  const MonotonicTime drain_by = drain_by_.value_or(clock_.Now());
  const auto until = [&](MonotonicTime deadline, auto&& succeeds) {
    while (!succeeds() && clock_.Now() < deadline) {
      links_.own_bell->Wait(kRetryAfter, [] { return true; });
    }
  };
  for (auto& port : sinks_) {
    if (port == nullptr) continue;
    if (!port->retired()) until(drain_by, [&] { return port->Seal(); });
    port->End(drain_by);
    port->Release();
  }
  for (auto& port : dead_letters_.ports()) until(drain_by, [&] { return port->Seal(); });
  dead_letters_.ports().front()->End(drain_by);
  // A batch that is still unsent is newer than what is in the ring, and older than what is dirty.
  files_.ReleaseSeams();
  const MonotonicTime last_checkpoint = std::max(drain_by, clock_.Now()) + kCheckpointTime;
  while ((unsent_checkpoints_ || files_.HasDirty()) && clock_.Now() < last_checkpoint) {
    if (!unsent_checkpoints_) unsent_checkpoints_ = files_.TakeCheckpoints();
    until(last_checkpoint, [&] { return links_.send_checkpoints(*unsent_checkpoints_); });
    unsent_checkpoints_.reset();
  }
}

std::chrono::milliseconds Worker::WaitTime(MonotonicTime now) const {
  MonotonicTime until = std::min(next_seal_, now + std::chrono::seconds(1));
  if (!input_ended_) until = std::min(until, next_event_end_);
  until = std::min(until, next_window_end_);
  if (files_.HasDirty() || unsent_checkpoints_) until = std::min(until, next_checkpoint_);
  if (!waiting_.empty() || input_ended_ || parting_ > 0) until = std::min(until, now + kRetryAfter);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
  return std::clamp(left, std::chrono::milliseconds(0), std::chrono::milliseconds(1000));
}

bool Worker::NothingToDo() const {
  if (reader_.HasSlabs() || links_.control->SizeApprox() > 0) return false;
  if (dead_letters_.HasSettlements()) return false;
  return std::none_of(sinks_.begin(), sinks_.end(),
                      [](const auto& port) { return port != nullptr && port->HasSettlements(); });
}

}  // namespace tailrace
