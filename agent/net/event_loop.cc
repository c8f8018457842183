#include "agent/net/event_loop.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/net/reactor.h"

namespace tailrace {

namespace asio = boost::asio;
using boost::system::error_code;

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Open() {
  try {
    auto reactor = std::make_unique<Reactor>();
    // The first timer makes the epoll descriptors; later ones cannot fail any more.
    asio::steady_timer first(reactor->context);
    return std::unique_ptr<EventLoop>(new EventLoop(std::move(reactor)));
  } catch (const boost::system::system_error& error) {
    return ErrnoStatus(error.code().value(), "open an event loop");
  }
}

EventLoop::EventLoop(std::unique_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {}
EventLoop::~EventLoop() = default;

size_t EventLoop::RunFor(std::chrono::nanoseconds budget) {
  constexpr size_t kMaxHandlers = 256;
  size_t ran = reactor_->context.run_one_for(budget);
  while (ran > 0 && ran < kMaxHandlers && reactor_->context.poll_one() > 0) ++ran;
  return ran;
}

void EventLoop::Run() {
  while (!stopped_) reactor_->context.run_one();
}

void EventLoop::Stop() {
  Post([this] { stopped_ = true; });
}

void EventLoop::Post(absl::AnyInvocable<void()> handler) {
  asio::post(reactor_->context, [handler = std::move(handler)]() mutable { handler(); });
}

struct Timer::Alarm {
  explicit Alarm(EventLoop& loop) : timer(loop.reactor().context) {}

  asio::steady_timer timer;
  absl::AnyInvocable<void()> handler;
  // A wait that ended before it was cancelled still calls back; by its number it is known as old.
  uint64_t generation = 0;
};

Timer::Timer(EventLoop& loop) : alarm_(std::make_shared<Alarm>(loop)) {}
Timer::~Timer() { Cancel(); }

void Timer::Start(std::chrono::nanoseconds delay, absl::AnyInvocable<void()> handler) {
  alarm_->handler = std::move(handler);
  alarm_->timer.expires_after(delay);
  alarm_->timer.async_wait([alarm = alarm_, generation = ++alarm_->generation](error_code) {
    if (generation != alarm->generation) return;
    // Moved out first: the handler may start the timer anew, or end it.
    absl::AnyInvocable<void()> ready = std::exchange(alarm->handler, nullptr);
    ++alarm->generation;
    ready();
  });
}

void Timer::Cancel() {
  ++alarm_->generation;
  alarm_->handler = nullptr;
  alarm_->timer.cancel();
}

struct FdWatch::Watched {
  explicit Watched(EventLoop& loop) : descriptor(loop.reactor().context) {}
  ~Watched() { Release(); }

  // The descriptor is the caller's: it may leave the reactor, but not be closed.
  void Release() {
    if (descriptor.is_open()) descriptor.release();
  }

  static void Wait(const std::shared_ptr<Watched>& watched) {
    watched->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                   [watched](error_code error) {
                                     if (error || watched->ended) return;
                                     watched->on_readable();
                                     if (!watched->ended) Wait(watched);
                                   });
  }

  asio::posix::stream_descriptor descriptor;
  absl::AnyInvocable<void()> on_readable;
  bool ended = false;
};

absl::StatusOr<std::unique_ptr<FdWatch>> FdWatch::Open(EventLoop& loop, int fd,
                                                       absl::AnyInvocable<void()> on_readable) {
  auto watched = std::make_shared<Watched>(loop);
  error_code error;
  watched->descriptor.assign(fd, error);
  if (error) return ErrnoStatus(error.value(), "watch descriptor " + std::to_string(fd));
  watched->on_readable = std::move(on_readable);
  Watched::Wait(watched);
  return std::unique_ptr<FdWatch>(new FdWatch(std::move(watched)));
}

FdWatch::FdWatch(std::shared_ptr<Watched> watched) : watched_(std::move(watched)) {}

FdWatch::~FdWatch() {
  watched_->ended = true;
  watched_->Release();
}

}  // namespace tailrace
