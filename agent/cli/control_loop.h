// The ControlLoop is what main's thread does while the agent runs: it serves the admin endpoint,
// waits for signals, and for the topology to end.
//
// Threads    One thread, which makes every call. Block() comes before any thread is started, so
//            that signals reach this one.
// Failure    The first SIGTERM or SIGINT gives the agent `shutdown_timeout` to deliver what it has
//            read; a second one none.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "agent/base/clock.h"
#include "agent/base/status.h"
#include "agent/base/unique_fd.h"
#include "agent/cli/topology.h"
#include "agent/net/event_loop.h"

namespace tailrace {

class ControlLoop {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP in this thread and those that it will start, ignores
  // SIGPIPE, and opens the descriptor that they are read from.
  static absl::StatusOr<std::unique_ptr<ControlLoop>> Open(const Clock& clock);

  EventLoop& loop() { return *loop_; }
  // Returns when the topology has ended. `on_hangup` is called at each SIGHUP before it is stopped.
  absl::Status RunUntilEnded(Topology& topology, absl::AnyInvocable<void()> on_hangup);

 private:
  ControlLoop(std::unique_ptr<EventLoop> loop, UniqueFd signal_fd, const Clock& clock);
  void TakeSignals(Topology& topology, absl::AnyInvocable<void()>& on_hangup);

  const std::unique_ptr<EventLoop> loop_;
  const UniqueFd signal_fd_;
  const Clock& clock_;
  bool stopping_ = false;
};

}  // namespace tailrace
