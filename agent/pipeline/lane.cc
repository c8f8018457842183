#include "agent/pipeline/lane.h"

#include <algorithm>
#include <utility>

namespace tailrace {
namespace {

// A client that waits for nothing still gets its turn this often, for its timers.
constexpr std::chrono::milliseconds kIdlePoll{1000};
// ... and a ring that was full, or the end, is looked at again this often.
constexpr std::chrono::milliseconds kBusyPoll{5};

}  // namespace

Lane::Lane(std::unique_ptr<SinkClient> client, const std::vector<LanePort>& ports, Doorbell& bell,
           const Clock& clock, Heartbeat& heartbeat)
    : client_(std::move(client)), bell_(bell), clock_(clock), heartbeat_(heartbeat) {
  for (const LanePort& port : ports) ports_.push_back({port, std::nullopt, {}, false});
}

void Lane::Settle(size_t worker, Settlement settlement) {
  ports_[worker].undelivered.push_back(std::move(settlement));
}

void Lane::Run() {
  while (true) {
    const MonotonicTime now = clock_.Now();
    heartbeat_.Beat(now);
    PublishHealth();
    bool worked = TakeIn();
    worked |= DeliverSettlements();
    if (AllEnded() && (client_->idle() || now >= drain_by_)) break;
    if (worked) {
      client_->Poll(std::chrono::milliseconds(0));
    } else if (bell_.TryPark([this] { return NothingToDo(); })) {
      client_->Poll(AllEnded() || HasUndelivered() ? kBusyPoll : kIdlePoll);
      bell_.Unpark();
    }
  }
  client_->Drain(drain_by_);
  // The workers wait for these, so their rings get room.
  while (HasUndelivered() && clock_.Now() < drain_by_ + kIdlePoll) {
    if (!DeliverSettlements()) bell_.Wait(kBusyPoll, [] { return true; });
  }
  heartbeat_.End();
}

void Lane::PublishHealth() {
  std::string down_reason = client_->down_reason();
  if (down_reason == published_) return;
  published_ = down_reason;
  health_.Set(std::move(down_reason));
}

bool Lane::TakeIn() {
  bool worked = false;
  window_full_ = false;
  for (size_t worker = 0; worker < ports_.size(); ++worker) {
    PortState& state = ports_[worker];
    while (true) {
      if (!state.next) state.next = state.port.payloads->TryPop();
      if (!state.next) break;
      if (state.next->payload == nullptr) {
        state.ended = true;
        drain_by_ = std::max(drain_by_, state.next->drain_by);
      } else if (!client_->TrySubmit(worker, state.next->payload)) {
        window_full_ = true;
        break;
      }
      state.next.reset();
      worked = true;
    }
  }
  return worked;
}

bool Lane::DeliverSettlements() {
  bool worked = false;
  for (PortState& state : ports_) {
    bool pushed = false;
    while (!state.undelivered.empty() &&
           state.port.settlements->TryPush(state.undelivered.front())) {
      state.undelivered.pop_front();
      pushed = true;
    }
    if (pushed) state.port.worker_bell->Ring();
    worked |= pushed;
  }
  return worked;
}

bool Lane::HasUndelivered() const {
  return std::any_of(ports_.begin(), ports_.end(),
                     [](const PortState& p) { return !p.undelivered.empty(); });
}

bool Lane::AllEnded() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const PortState& p) { return p.ended; });
}

bool Lane::NothingToDo() const {
  return std::all_of(ports_.begin(), ports_.end(), [this](const PortState& p) {
    return p.next.has_value() ? window_full_ : p.port.payloads->SizeApprox() == 0;
  });
}

}  // namespace tailrace
