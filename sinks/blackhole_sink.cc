#include "sinks/blackhole_sink.h"

namespace tailrace {

bool BlackholeSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (draining_ || queue_.size() >= kWindow) return false;
  queue_.emplace_back(worker, std::move(payload));
  return true;
}

void BlackholeSink::Poll(std::chrono::milliseconds budget) {
  if (!SettleQueue()) WaitForWake(links_.wake_fd, budget);
}

void BlackholeSink::Drain(MonotonicTime) {
  draining_ = true;
  SettleQueue();
}

bool BlackholeSink::SettleQueue() {
  if (queue_.empty()) return false;
  while (!queue_.empty()) {
    auto [worker, payload] = std::move(queue_.front());
    queue_.pop_front();
    settle_(worker, SettleWhole(std::move(payload), *links_.counters));
  }
  return true;
}

}  // namespace tailrace
