#include "ringbuffer/doorbell.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>

#include "agent/base/check.h"

namespace tailrace {

Doorbell::Doorbell() : event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // Without descriptors at start there is no agent; nothing can be lost yet.
  CHECK(event_fd_.valid());
}

void Doorbell::Wake() noexcept {
  const uint64_t one = 1;
  // An eventfd takes 8 bytes or says EAGAIN, when it is readable already.
  while (write(event_fd_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

void Doorbell::Sleep(std::chrono::milliseconds timeout) noexcept {
  pollfd waited{event_fd_.get(), POLLIN, 0};
  // An EINTR ends the sleep early, which every caller's loop copes with.
  poll(&waited, 1, timeout.count() < 0 ? -1 : static_cast<int>(timeout.count()));
}

void Doorbell::Unpark() noexcept {
  // Who finds the flag cleared has rung: its write may still be on its way, and then the next
  // sleep ends at once, which is harmless. The flag publishes nothing here: relaxed.
  parked_.store(false, std::memory_order_relaxed);
  uint64_t count = 0;
  while (read(event_fd_.get(), &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

}  // namespace tailrace
