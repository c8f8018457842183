// OnceWatch ends a `run --once` that would wait for ever: a disk that is full, a path that cannot
// be written, documents that a disk lost after it had taken them. It gives up when nothing at all
// was done for kPatience, unless a remote sink is down, which --once waits for. What was not
// delivered then is read by the next run.
//
// Threads    The control thread makes it and runs its timer; reads counters of all others.
// Ownership  The loop, the clock and what the functions refer to outlive it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/admin/stall.h"
#include "agent/base/clock.h"
#include "agent/net/event_loop.h"

namespace tailrace {

struct OnceState {
  WorkState work;   // sink_down: a remote one.
  std::string why;  // What holds it up, as far as that is known.
};

class OnceWatch {
 public:
  static constexpr std::chrono::seconds kPatience{30};

  // `give_up` is called once at most.
  OnceWatch(EventLoop& loop, const Clock& clock, std::function<OnceState()> state,
            std::function<void()> give_up);

  // For the timer, once a second, and for tests.
  void Look();
  bool gave_up() const { return gave_up_; }

 private:
  void Wait();

  const Clock& clock_;
  const std::function<OnceState()> state_;
  const std::function<void()> give_up_;
  StallWatch stall_;
  bool gave_up_ = false;
  Timer timer_;
};

}  // namespace tailrace
