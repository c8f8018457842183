#include "agent/state/state_thread.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kStopRetryInterval{100};
constexpr std::chrono::seconds kLastTryTime{1};
// It wakes up for its heartbeat when it has nothing to do.
constexpr std::chrono::milliseconds kIdleWait{10'000};

}  // namespace

StateThread::StateThread(StateOptions options, size_t workers, MetricRegistry& registry,
                         const Clock& clock, Heartbeat& heartbeat)
    : clock_(clock), heartbeat_(heartbeat), writer_(std::move(options), registry, clock) {
  for (size_t i = 0; i < workers; ++i) {
    rings_.push_back(std::make_unique<SpscRing<CheckpointBatch>>(kRingCapacity));
  }
}

StateThread::~StateThread() {
  if (!thread_.joinable()) return;
  if (!stop_requested_) RequestStop(MonotonicTime{});
  thread_.join();
}

StoredState StateThread::Open() { return writer_.Open(); }

void StateThread::Start() {
  CHECK(!thread_.joinable());
  thread_ = std::thread([this] { Run(); });
}

bool StateThread::TrySend(size_t worker, CheckpointBatch& batch) {
  if (!rings_[worker]->TryPush(batch)) return false;
  doorbell_.Ring();
  return true;
}

bool StateThread::AddSource(std::string name) { return new_sources_.TryPush(name); }

void StateThread::RequestStop(MonotonicTime deadline) {
  CHECK(!stop_requested_ && stop_.TryPush(deadline));
  stop_requested_ = true;
  doorbell_.Ring();
}

absl::Status StateThread::Stop(MonotonicTime deadline) {
  CHECK(thread_.joinable());
  RequestStop(deadline);
  // The thread stops trying at the deadline; a try that is under way then gets a moment more.
  const auto left = std::max(deadline - clock_.Now(), MonotonicTime::duration::zero());
  std::future<absl::Status> last_commit = last_commit_.get_future();
  if (last_commit.wait_for(left + kLastTryTime) != std::future_status::ready) {
    return absl::DeadlineExceededError("the last checkpoints are still being written");
  }
  thread_.join();
  return last_commit.get();
}

void StateThread::Run() {
  while (true) {
    heartbeat_.Beat(clock_.Now());
    // Before the look at the rings: what was sent before Stop is in them then.
    const std::optional<MonotonicTime> stop = stop_.TryPop();
    const bool received = Drain();
    if (stop.has_value()) {
      absl::Status status = CommitRest(*stop);
      heartbeat_.End();
      return last_commit_.set_value(std::move(status));
    }
    writer_.CommitIfDue();
    if (received) continue;
    std::chrono::milliseconds timeout = kIdleWait;
    if (const std::optional<MonotonicTime> due = writer_.next_due(); due.has_value()) {
      timeout = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*due - clock_.Now()),
                           std::chrono::milliseconds(0), kIdleWait);
    }
    doorbell_.Wait(timeout, [this] { return RingsEmpty() && stop_.SizeApprox() == 0; });
  }
}

bool StateThread::Drain() {
  bool received = false;
  for (const auto& ring : rings_) {
    while (std::optional<CheckpointBatch> batch = ring->TryPop()) {
      TakeNewSources();  // After the batch, so that those that it names are among them.
      writer_.Add(*std::move(batch));
      received = true;
    }
  }
  return received;
}

void StateThread::TakeNewSources() {
  while (std::optional<std::string> name = new_sources_.TryPop()) {
    writer_.AddSource(*std::move(name));
  }
}

bool StateThread::RingsEmpty() const {
  return std::all_of(rings_.begin(), rings_.end(),
                     [](const auto& ring) { return ring->SizeApprox() == 0; });
}

absl::Status StateThread::CommitRest(MonotonicTime deadline) {
  absl::Status status = writer_.Commit();
  while (!status.ok() && clock_.Now() < deadline) {
    heartbeat_.Beat(clock_.Now());
    doorbell_.Wait(kStopRetryInterval, [] { return true; });  // Nobody rings any more.
    status = writer_.Commit();
  }
  return status;
}

}  // namespace tailrace
