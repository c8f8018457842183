// BlackholeSink takes everything and keeps nothing: for measuring all that comes before a sink.
//
// Threads    As SinkClient.
// Bounds     kWindow payloads between two Polls.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "sinks/local_sink_links.h"
#include "sinks/sink_client.h"

namespace tailrace {

class BlackholeSink final : public SinkClient {
 public:
  static constexpr size_t kWindow = 64;

  BlackholeSink(LocalSinkLinks links, SettleFn settle)
      : links_(links), settle_(std::move(settle)) {}

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  bool idle() const override { return queue_.empty(); }
  std::string down_reason() const override { return ""; }

 private:
  bool SettleQueue();

  const LocalSinkLinks links_;
  SettleFn settle_;
  std::deque<std::pair<size_t, PayloadPtr>> queue_;  // With the worker.
  bool draining_ = false;
};

}  // namespace tailrace
