#include "agent/cli/control_loop.h"

#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <utility>

#include "agent/base/log.h"

namespace tailrace {

absl::StatusOr<std::unique_ptr<ControlLoop>> ControlLoop::Open(const Clock& clock) {
  signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  if (const int error = pthread_sigmask(SIG_BLOCK, &signals, nullptr); error != 0) {
    return ErrnoStatus(error, "block signals");
  }
  UniqueFd fd(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "signalfd");
  ASSIGN_OR_RETURN(std::unique_ptr<EventLoop> loop, EventLoop::Open());
  return std::unique_ptr<ControlLoop>(new ControlLoop(std::move(loop), std::move(fd), clock));
}

ControlLoop::ControlLoop(std::unique_ptr<EventLoop> loop, UniqueFd signal_fd, const Clock& clock)
    : loop_(std::move(loop)), signal_fd_(std::move(signal_fd)), clock_(clock) {}

absl::Status ControlLoop::RunUntilEnded(Topology& topology, absl::AnyInvocable<void()> on_hangup) {
  ASSIGN_OR_RETURN(std::unique_ptr<FdWatch> signals, FdWatch::Open(*loop_, signal_fd_.get(), [&] {
                     TakeSignals(topology, on_hangup);
                   }));
  ASSIGN_OR_RETURN(std::unique_ptr<FdWatch> ended,
                   FdWatch::Open(*loop_, topology.ended_fd(), [this] { loop_->Stop(); }));
  loop_->Run();
  return topology.Join();
}

void ControlLoop::TakeSignals(Topology& topology, absl::AnyInvocable<void()>& on_hangup) {
  signalfd_siginfo info;
  while (read(signal_fd_.get(), &info, sizeof(info)) == sizeof(info)) {
    if (info.ssi_signo == SIGHUP) {
      if (!stopping_) on_hangup();
      continue;
    }
    LogInfo("stopping", {{"again", stopping_ ? "yes" : "no"}});
    const std::chrono::milliseconds timeout = topology.config().agent.shutdown_timeout;
    topology.Stop(clock_.Now() + (stopping_ ? std::chrono::milliseconds(0) : timeout));
    stopping_ = true;
  }
}

}  // namespace tailrace
