// The part of Worker that a reload of the config needs: the switch to the next epoch, files that
// the config asks for no more, and the parting from lanes of sinks that are gone.
#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/pipeline/worker.h"

namespace tailrace {
namespace {

std::vector<SinkPort*> Pointers(const std::vector<std::unique_ptr<SinkPort>>& ports) {
  std::vector<SinkPort*> pointers;
  pointers.reserve(ports.size());
  for (const auto& port : ports) pointers.push_back(port.get());
  return pointers;
}

}  // namespace

void Worker::BeginEpoch(uint64_t number) {
  TakeCommands();
  // The control thread pushed it before it told the reader.
  CHECK(next_epoch_ != nullptr && next_epoch_->number == number);
  const std::unique_ptr<WorkerEpoch> epoch = std::move(next_epoch_);
  files_.ForEach([this](WorkerFile& file) {
    EndEvents(file);
    EndWindows(file, SummaryEnd::kStop);
  });
  for (AddedSink& added : epoch->added) {
    const SinkId sink(static_cast<uint16_t>(sinks_.size()));
    sinks_.push_back(std::make_unique<SinkPort>(sink, added.options, added.links));
    dead_letters_.AddSink(added.options.name, added.dead_letter_budget);
  }
  for (const RetiredSink& retired : epoch->retired) {
    sinks_[retired.sink.value()]->Retire(retired.drain_by);
    retired_.push_back(retired);
    ++parting_;
  }
  options_.framing = std::move(epoch->framing);
  options_.flush_partial = std::move(epoch->flush_partial);
  source_flows_ = std::move(epoch->flows);
  // Until the last file has left it.
  const std::shared_ptr<Plan> old = std::exchange(plan_, std::move(epoch->plan));
  files_.ForEach([this](WorkerFile& file) { Rebind(file); });
  dispatch_.SetPorts(Pointers(sinks_));
  dispatch_.SetPlan(*plan_);
  room_may_have_come_ = true;  // With other sinks.
  epoch_.Set(number);
}

// All files of a log are bound anew before the next batch, so a record that spans two of them meets
// one plan.
void Worker::Rebind(WorkerFile& file) {
  file.binding = plan_->BindStream(*file.stream);
  file.events = FileEvents(file.binding);
  file.windows = FileWindows(file.binding);
}

void Worker::TakeLeave(WorkerFile& file) {
  if (file.waiting) {
    if (file.parked) {
      HandBack(file, file.parked->segment.offset);
      reader_.Unpin(file.parked->slab);
      file.parked.reset();
      links_.parked->Release(1);
    }
    std::erase(waiting_, file.id);
    file.waiting = file.handed_back = false;
    reader_.Send(ReaderCommand::Kind::kResume, file.id);
  }
  file.left = true;
  files_.MarkDirty(file);
}

SinkPort* Worker::SuccessorOf(SinkId sink) {
  // A successor may be gone itself by now.
  while (sinks_[sink.value()] == nullptr || sinks_[sink.value()]->retired()) {
    const auto retired = std::find_if(retired_.begin(), retired_.end(),
                                      [&](const RetiredSink& r) { return r.sink == sink; });
    CHECK(retired != retired_.end());
    if (!retired->successor) return nullptr;
    sink = *retired->successor;
  }
  return sinks_[sink.value()].get();
}

void Worker::GoOnWith(SinkId sink, PayloadPtr payload) {
  SinkPort* const successor = SuccessorOf(sink);
  if (successor != nullptr) return successor->Adopt(std::move(payload));
  SinkPort& port = *sinks_[sink.value()];
  port.counters().dropped_removed.Add(payload->items.size());
  dispatch_.Settled(static_cast<int64_t>(payload->items.size()));
  for (const RangeRef& ref : payload->ranges) files_.Release(ref);
  port.Discard(std::move(payload));
}

bool Worker::PartFromLanes(MonotonicTime now) {
  bool worked = false;
  for (const RetiredSink& retired : retired_) {
    std::unique_ptr<SinkPort>& port = sinks_[retired.sink.value()];
    if (port == nullptr) continue;
    // With a successor nothing is lost by not waiting for the lane to have room.
    const bool finished = port->PartFromLane(retired.successor ? now : retired.drain_by, now);
    for (PayloadPtr& unsent : port->TakeUnsent()) GoOnWith(retired.sink, std::move(unsent));
    if (!finished) continue;
    worked |= TakeSettlements();
    port->FreeSpares();
    port->Release();
    port.reset();
    --parting_;
    worked = true;
  }
  // The dispatch looks at no port that no binding names, but it shall have none that is gone.
  if (worked) dispatch_.SetPorts(Pointers(sinks_));
  return worked;
}

}  // namespace tailrace
