// A Doorbell lets one thread sleep until another has put something in one of its rings. Ringing a
// thread that is awake costs one atomic exchange and no system call.
//
//   consumer                              producers
//   while (running) {                     ring.TryPush(x);
//     if (DrainRings()) continue;         bell.Ring();
//     bell.Wait(timeout, [&] { return RingsEmpty(); });
//   }
//
// A consumer that waits for other descriptors as well does the same by hand:
//   if (bell.TryPark([&] { return RingsEmpty(); })) { epoll_wait(... bell.fd() ...); bell.Unpark();
//   }
//
// Threads    One consumer thread calls Wait, TryPark and Unpark; any thread calls Ring.
// Ordering   A Ring after a push is never lost: either the consumer's last look at its rings sees
//            the push, or the producer sees that the consumer is parked and wakes it. That needs a
//            store-load order on both sides, which the two seq_cst exchanges of `parked_` give:
//            the consumer exchanges it before its last look, the producer after its push. They are
//            the only seq_cst operations of the project (g++ 12's TSan refuses fences).
// Cost       Ring: one exchange; a write(2) when the consumer sleeps. No spinning anywhere.
#pragma once

#include <atomic>
#include <chrono>

#include "agent/base/unique_fd.h"
#include "ringbuffer/cache_line.h"

namespace tailrace {

class Doorbell {
 public:
  Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  // Producer, after its push.
  void Ring() noexcept {
    if (parked_.exchange(false, std::memory_order_seq_cst)) Wake();  // See Ordering.
  }

  // Consumer. Sleeps until somebody rings or `timeout` passes (negative: no limit), unless
  // `empty()` is false after the parked flag was set.
  template <typename Empty>
  void Wait(std::chrono::milliseconds timeout, Empty&& empty) {
    if (!TryPark(empty)) return;
    Sleep(timeout);
    Unpark();
  }

  // Consumer. Returns true when it may sleep on fd(), which becomes readable by a Ring; then
  // Unpark must follow. Returns false when `empty()` is false.
  template <typename Empty>
  [[nodiscard]] bool TryPark(Empty&& empty) {
    parked_.exchange(true, std::memory_order_seq_cst);  // See Ordering.
    if (empty()) return true;
    Unpark();
    return false;
  }

  // Consumer. Also takes a pending wake-up off the descriptor.
  void Unpark() noexcept;

  // An eventfd, non-blocking; readable when the consumer is to wake up.
  int fd() const { return event_fd_.get(); }

 private:
  void Wake() noexcept;
  void Sleep(std::chrono::milliseconds timeout) noexcept;

  alignas(kCacheLineBytes) std::atomic<bool> parked_{false};
  UniqueFd event_fd_;
};

}  // namespace tailrace
