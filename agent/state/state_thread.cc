#include "agent/state/state_thread.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kStopRetryInterval{100};

}  // namespace

StateThread::StateThread(StateOptions options, size_t workers, MetricRegistry& registry,
                         const Clock& clock)
    : clock_(clock), writer_(std::move(options), registry, clock) {
  for (size_t i = 0; i < workers; ++i) {
    rings_.push_back(std::make_unique<SpscRing<CheckpointBatch>>(kRingCapacity));
  }
}

StateThread::~StateThread() {
  if (!thread_.joinable()) return;
  if (!stop_requested_.HasBeenNotified()) {
    // Its status says what a restart repeats; who wants to know calls Stop.
    stop_requested_.Notify();
    doorbell_.Ring();
  }
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

absl::Status StateThread::Stop(MonotonicTime deadline) {
  CHECK(thread_.joinable() && !stop_requested_.HasBeenNotified());
  stop_deadline_ = deadline;
  stop_requested_.Notify();
  doorbell_.Ring();
  // The thread stops trying at the deadline; a try that is under way then gets a moment more.
  const auto left = std::max(deadline - clock_.Now(), MonotonicTime::duration::zero());
  if (!ended_.WaitForNotificationWithTimeout(absl::FromChrono(left) + absl::Seconds(1))) {
    return absl::DeadlineExceededError("the last checkpoints are still being written");
  }
  thread_.join();
  return last_commit_;
}

void StateThread::Run() {
  while (true) {
    // Before the look at the rings: what was sent before Stop is in them then.
    const bool stopping = stop_requested_.HasBeenNotified();
    const bool received = Drain();
    if (stopping) break;
    writer_.CommitIfDue();
    if (received) continue;
    std::chrono::milliseconds timeout{-1};
    if (const std::optional<MonotonicTime> due = writer_.next_due(); due.has_value()) {
      timeout = std::max(std::chrono::ceil<std::chrono::milliseconds>(*due - clock_.Now()),
                         std::chrono::milliseconds(0));
    }
    doorbell_.Wait(timeout, [this] { return RingsEmpty() && !stop_requested_.HasBeenNotified(); });
  }
  last_commit_ = CommitRest();
  ended_.Notify();
}

bool StateThread::Drain() {
  bool received = false;
  for (const auto& ring : rings_) {
    while (std::optional<CheckpointBatch> batch = ring->TryPop()) {
      writer_.Add(*std::move(batch));
      received = true;
    }
  }
  return received;
}

bool StateThread::RingsEmpty() const {
  return std::all_of(rings_.begin(), rings_.end(),
                     [](const auto& ring) { return ring->SizeApprox() == 0; });
}

absl::Status StateThread::CommitRest() {
  absl::Status status = writer_.Commit();
  while (!status.ok() && clock_.Now() < stop_deadline_) {
    doorbell_.Wait(kStopRetryInterval, [] { return true; });  // Nobody rings any more.
    status = writer_.Commit();
  }
  return status;
}

}  // namespace tailrace
