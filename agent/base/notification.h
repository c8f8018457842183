// Notification says once, for all threads, that something has happened. It stands for
// absl::Notification, of which Debian's build tells ThreadSanitizer nothing.
//
// Threads    Any.
// Ordering   What a thread wrote before Notify is visible to whom a wait or HasBeenNotified told.
// Cost       A mutex; for starts, stops and tests, never on the data path.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tailrace {

class Notification {
 public:
  // REQUIRES: called once.
  void Notify();

  bool HasBeenNotified() const;
  void WaitForNotification() const;
  // False when `timeout` came first.
  [[nodiscard]] bool WaitForNotificationWithTimeout(std::chrono::nanoseconds timeout) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool notified_ = false;
};

}  // namespace tailrace
