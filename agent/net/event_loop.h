// EventLoop waits for sockets, timers and descriptors on behalf of one thread: a lane or the
// control thread. It owns no thread; its owner gives it time by RunFor or Run.
//
// Threads    One thread runs it and makes all calls, except Post and Stop, which any thread may
// make
//            while the loop lives.
// Ordering   Handlers run one after the other inside RunFor and Run, never inside the call that
//            starts an operation. What is posted by one thread runs in the order of the posts.
// Failure    Open says what the kernel refuses. Handlers must not throw.
// Cost       A handler costs an allocation and some hundred nanoseconds: per request, not per
// event.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"

namespace tailrace {

class EventLoop {
 public:
  struct Reactor;  // Asio's io_context; agent/net/reactor.h, for the sources of agent/net alone.

  static absl::StatusOr<std::unique_ptr<EventLoop>> Open();
  // Handlers that did not run are destroyed.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Waits until a handler is ready, at most `budget`, then runs what is ready (at most 256
  // handlers, so that a busy peer cannot keep the caller). Returns how many ran.
  size_t RunFor(std::chrono::nanoseconds budget);

  // Runs handlers until Stop.
  void Run();

  // Run returns, now or when it is called next; RunFor wakes.
  void Stop();

  void Post(absl::AnyInvocable<void()> handler);

  Reactor& reactor() { return *reactor_; }

 private:
  explicit EventLoop(std::unique_ptr<Reactor> reactor);

  const std::unique_ptr<Reactor> reactor_;
  bool stopped_ = false;  // Set by a posted handler, so by the loop's own thread.
};

// One alarm. After Cancel, Start or its end an earlier handler does not run any more.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Runs `handler` once, after `delay` (at once when it is not positive, yet not inside Start).
  // Replaces what was started before.
  void Start(std::chrono::nanoseconds delay, absl::AnyInvocable<void()> handler);
  void Cancel();

 private:
  struct Alarm;
  const std::shared_ptr<Alarm> alarm_;  // Shared with the wait that is under way.
};

// Runs a handler whenever a descriptor is readable, and again as long as it stays so.
//
// Ownership  The descriptor stays the caller's, who closes it after the watch has ended.
class FdWatch {
 public:
  // Errors: of ErrnoStatus, for what is no open descriptor.
  // REQUIRES: no regular file or directory; those cannot be watched.
  static absl::StatusOr<std::unique_ptr<FdWatch>> Open(EventLoop& loop, int fd,
                                                       absl::AnyInvocable<void()> on_readable);
  // The handler does not run any more. May be called from the handler.
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

 private:
  struct Watched;
  explicit FdWatch(std::shared_ptr<Watched> watched);
  const std::shared_ptr<Watched> watched_;  // Shared with the wait that is under way.
};

}  // namespace tailrace
