// StdoutSink writes documents to a descriptor, normally standard output, and confirms what the
// kernel has taken: for trying things out, and for pipes. A terminal gets them indented and
// coloured, everything else one a line.
//
// Threads    As SinkClient. The process must ignore SIGPIPE.
// Bounds     kQueueMax payloads. A reader that does not read stops the sink, not its lane.
// Ordering   As submitted; after an error the rest of a payload follows where it stopped.
#pragma once

#include <deque>
#include <string>
#include <string_view>

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
  // What is being written: the first payload's bytes or, in a terminal, one of its items after the
  // other, made pretty.
  std::string_view Text();
  // Goes on to what is to be written next; true when that was the last of the payload.
  bool EndText();
  void OnError(const absl::Status& status);

  const int fd_;
  const size_t write_bytes_max_;
  const LocalSinkLinks links_;
  SettleFn settle_;
  const bool is_terminal_;
  std::deque<Queued> queue_;
  size_t written_bytes_ = 0;  // Of Text().
  size_t item_ = 0;           // Of the first payload, that Text() is.
  std::string pretty_;
  MonotonicTime retry_at_{};
  int failures_ = 0;
  Backoff backoff_;
  std::string down_reason_;
  LogThrottle error_log_{std::chrono::seconds(30)};
  bool draining_ = false;
};

}  // namespace tailrace
