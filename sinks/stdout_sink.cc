#include "sinks/stdout_sink.h"

#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/base/strings.h"
#include "sinks/pretty_document.h"
#include "sinks/returned_payload.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryMin{250};
constexpr milliseconds kRetryMax{10'000};

// A pipe that poll(2) calls writable has room for PIPE_BUF bytes, so that a write of those never
// waits for the reader. A regular file never waits.
size_t WriteBytesMax(int fd) {
  struct stat found {};
  return fstat(fd, &found) == 0 && S_ISREG(found.st_mode) ? size_t{1} << 30 : PIPE_BUF;
}

}  // namespace

StdoutSink::StdoutSink(int fd, LocalSinkLinks links, SettleFn settle)
    : fd_(fd),
      write_bytes_max_(WriteBytesMax(fd)),
      links_(links),
      settle_(std::move(settle)),
      is_terminal_(isatty(fd) == 1),
      backoff_(kRetryMin, kRetryMax, static_cast<uint64_t>(links.clock->WallNanos())) {}

bool StdoutSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (draining_ || queue_.size() >= kQueueMax) return false;
  queue_.push_back({worker, std::move(payload)});
  return true;
}

void StdoutSink::Poll(milliseconds budget) {
  if (queue_.empty()) {
    WaitForWake(links_.wake_fd, budget);
  } else {
    WriteUntil(links_.clock->Now() + budget, links_.wake_fd);
  }
}

void StdoutSink::Drain(MonotonicTime deadline) {
  draining_ = true;
  WriteUntil(deadline, -1);
}

void StdoutSink::GiveUp(MonotonicTime deadline) {
  Drain(deadline);
  for (Queued& queued : std::exchange(queue_, {})) {
    settle_(queued.worker, ReturnWhole(std::move(queued.payload)));
  }
}

void StdoutSink::WriteUntil(MonotonicTime deadline, int wake_fd) {
  while (!queue_.empty()) {
    const MonotonicTime now = links_.clock->Now();
    if (failures_ > 0 && now < retry_at_) {
      if (draining_ && retry_at_ > deadline) return;
      WaitForWake(wake_fd, std::chrono::ceil<milliseconds>(std::min(retry_at_, deadline) - now));
      if (links_.clock->Now() < retry_at_) return;
    }
    const absl::StatusOr<bool> taken = WriteSome();
    if (!taken.ok()) {
      OnError(taken.status());
      if (!draining_) return;
      continue;
    }
    if (*taken) continue;
    if (now >= deadline) return;
    pollfd waited[] = {{fd_, POLLOUT, 0}, {wake_fd, POLLIN, 0}};
    const auto left = std::chrono::ceil<milliseconds>(deadline - now).count();
    poll(waited, 2, static_cast<int>(std::min<int64_t>(left, INT_MAX)));
    if (waited[0].revents == 0) return;
  }
}

absl::StatusOr<bool> StdoutSink::WriteSome() {
  const std::string_view rest = Text().substr(written_bytes_);
  if (!rest.empty()) {
    pollfd room{fd_, POLLOUT, 0};
    if (poll(&room, 1, 0) == 0) return false;
    const ssize_t written = write(fd_, rest.data(), std::min(rest.size(), write_bytes_max_));
    if (written < 0) {
      if (errno == EINTR || errno == EAGAIN) return errno == EINTR;
      return ErrnoStatus(errno, "write to stdout");
    }
    links_.counters->wire_bytes.Add(static_cast<uint64_t>(written));
    written_bytes_ += static_cast<size_t>(written);
    failures_ = 0;
    down_reason_.clear();
  }
  if (written_bytes_ == Text().size() && EndText()) {
    links_.counters->requests.Add(1);
    Queued done = std::move(queue_.front());
    queue_.pop_front();
    settle_(done.worker, SettleWhole(std::move(done.payload), *links_.counters));
  }
  return true;
}

std::string_view StdoutSink::Text() {
  const Payload& payload = *queue_.front().payload;
  if (!is_terminal_) return payload.bytes.view();
  if (pretty_.empty() && item_ < payload.items.size()) {
    const PayloadItem& item = payload.items[item_];
    AppendPretty(payload.bytes.view().substr(item.offset, item.length), pretty_);
  }
  return pretty_;
}

bool StdoutSink::EndText() {
  written_bytes_ = 0;
  if (!is_terminal_) return true;
  pretty_.clear();
  if (++item_ < queue_.front().payload->items.size()) return false;
  item_ = 0;
  return true;
}

void StdoutSink::OnError(const absl::Status& status) {
  ++failures_;
  retry_at_ = links_.clock->Now() + backoff_.After(failures_);
  down_reason_ = FromAbsl(status.message());
  if (error_log_.Allow(links_.clock->Now())) {
    LogWarn("the stdout sink cannot write; it tries again", {{"error", down_reason_}});
  }
}

}  // namespace tailrace
