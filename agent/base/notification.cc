#include "agent/base/notification.h"

#include "agent/base/check.h"

namespace tailrace {

void Notification::Notify() {
  const std::lock_guard<std::mutex> lock(mutex_);
  CHECK(!notified_);
  notified_ = true;
  // Under the lock: a waiter may destroy this object as soon as it can see the notification.
  changed_.notify_all();
}

bool Notification::HasBeenNotified() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return notified_;
}

void Notification::WaitForNotification() const {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return notified_; });
}

bool Notification::WaitForNotificationWithTimeout(std::chrono::nanoseconds timeout) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return notified_; });
}

}  // namespace tailrace
