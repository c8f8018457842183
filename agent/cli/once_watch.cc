#include "agent/cli/once_watch.h"

#include <utility>

#include "agent/base/log.h"

namespace tailrace {
namespace {

constexpr std::chrono::seconds kLookInterval{1};

}  // namespace

OnceWatch::OnceWatch(EventLoop& loop, const Clock& clock, std::function<OnceState()> state,
                     std::function<void()> give_up)
    : clock_(clock),
      state_(std::move(state)),
      give_up_(std::move(give_up)),
      stall_(clock.Now()),
      timer_(loop) {
  Wait();
}

void OnceWatch::Wait() {
  timer_.Start(kLookInterval, [this] {
    Look();
    if (!gave_up_) Wait();
  });
}

void OnceWatch::Look() {
  const OnceState state = state_();
  const MonotonicTime now = clock_.Now();
  stall_.Look(state.work, now);
  if (gave_up_ || stall_.StalledFor(now) < kPatience) return;
  gave_up_ = true;
  LogError("--once gives up: nothing was done for a while; the next run reads what is left",
           {{"seconds", std::to_string(kPatience.count())}, {"why", state.why}});
  give_up_();
}

}  // namespace tailrace
