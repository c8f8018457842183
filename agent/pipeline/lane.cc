#include "agent/pipeline/lane.h"

#include <algorithm>
#include <utility>

#include "sinks/returned_payload.h"

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
  for (const LanePort& port : ports) ports_.push_back({port, nullptr, {}, false});
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
    if (AllEnded() && ((AllTaken() && client_->idle()) || now >= drain_by_)) break;
    if (worked) {
      client_->Poll(std::chrono::milliseconds(0));
    } else if (bell_.TryPark([this] { return NothingToDo(); })) {
      client_->Poll(AllEnded() || HasUndelivered() ? kBusyPoll : kIdlePoll);
      bell_.Unpark();
    }
  }
  const bool give_back = ports_.front().port.end->gives_back();
  if (give_back) {
    GiveBack();
  } else {
    client_->Drain(drain_by_);
  }
  // The workers wait for these, so their rings get room.
  while (HasUndelivered() && !AllReleased() &&
         (give_back || clock_.Now() < drain_by_ + kIdlePoll)) {
    heartbeat_.Beat(clock_.Now());
    if (!DeliverSettlements()) bell_.Wait(kBusyPoll, [] { return true; });
  }
  for (PortState& state : ports_) {
    state.port.end->Finish();
    state.port.worker_bell->Ring();
  }
  heartbeat_.End();
}

void Lane::GiveBack() {
  client_->GiveUp(drain_by_);
  for (size_t worker = 0; worker < ports_.size(); ++worker) {
    PortState& state = ports_[worker];
    if (state.next != nullptr) Settle(worker, ReturnWhole(std::move(state.next)));
    while (std::optional<PayloadPtr> payload = state.port.payloads->TryPop()) {
      Settle(worker, ReturnWhole(*std::move(payload)));
    }
  }
}

bool Lane::AllReleased() const {
  return std::all_of(ports_.begin(), ports_.end(),
                     [](const PortState& p) { return p.port.end->released(); });
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
  // In turns of one payload, and the next time it goes on with who was refused.
  for (size_t without = 0; without < ports_.size();) {
    PortState& state = ports_[next_worker_];
    if (state.next == nullptr) {
      if (std::optional<PayloadPtr> payload = state.port.payloads->TryPop()) {
        state.next = *std::move(payload);
      }
    }
    if (state.next == nullptr) {
      ++without;
    } else if (client_->TrySubmit(next_worker_, state.next)) {
      state.next.reset();
      worked = true;
      without = 0;
    } else {
      window_full_ = true;
      return worked;
    }
    next_worker_ = (next_worker_ + 1) % ports_.size();
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

bool Lane::AllEnded() {
  bool all = true;
  MonotonicTime latest{};
  for (PortState& state : ports_) {
    const std::optional<MonotonicTime> drain_by = state.port.end->Get();
    state.ended = drain_by.has_value();
    all &= state.ended;
    if (drain_by) latest = std::max(latest, *drain_by);
  }
  drain_by_ = latest;  // Looked up anew each time: a shutdown may come before a lane has drained.
  return all;
}

bool Lane::AllTaken() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const PortState& p) {
    return p.next == nullptr && p.port.payloads->SizeApprox() == 0;
  });
}

bool Lane::NothingToDo() const {
  return std::all_of(ports_.begin(), ports_.end(), [this](const PortState& p) {
    if (!p.ended && p.port.end->Get().has_value()) return false;
    return window_full_ || (p.next == nullptr && p.port.payloads->SizeApprox() == 0);
  });
}

}  // namespace tailrace
