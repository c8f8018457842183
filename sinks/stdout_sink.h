// StdoutSink writes documents to a descriptor, normally standard output, and confirms what the
// kernel has taken: for trying things out, and for pipes.
//
// Threads    As SinkClient. The process must ignore SIGPIPE.
// Bounds     kQueueMax payloads. A reader that does not read stops the sink, not its lane.
// Ordering   As submitted; after an error the rest of a payload follows where it stopped.
#pragma once

#include <deque>
#include <string>

#include "agent/base/log.h"
#include "agent/base/status.h"
#include "sinks/backoff.h"
#include "sinks/local_sink_links.h"
#include "sinks/sink_client.h"

namespace tailrace {

class StdoutSink final : public SinkClient {
 public:
  static constexpr size_t kQueueMax = 8;

  // Borrows `fd`, and leaves its flags alone: others may share them.
  StdoutSink(int fd, LocalSinkLinks links, SettleFn settle);

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  // A payload that was written in part is returned whole.
  void GiveUp(MonotonicTime deadline) override;
  bool idle() const override { return queue_.empty(); }
  std::string down_reason() const override { return down_reason_; }

 private:
  struct Queued {
    size_t worker;
    PayloadPtr payload;
  };

  void WriteUntil(MonotonicTime deadline, int wake_fd);
  // False: `fd_` takes nothing now. kUnavailable and others: it is broken.
  absl::StatusOr<bool> WriteSome();
  void OnError(const absl::Status& status);

  const int fd_;
  const size_t write_bytes_max_;
  const LocalSinkLinks links_;
  SettleFn settle_;
  std::deque<Queued> queue_;
  size_t written_bytes_ = 0;  // Of the first payload.
  MonotonicTime retry_at_{};
  int failures_ = 0;
  Backoff backoff_;
  std::string down_reason_;
  LogThrottle error_log_{std::chrono::seconds(30)};
  bool draining_ = false;
};

}  // namespace tailrace
