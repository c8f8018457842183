#include "agent/base/notification.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace tailrace {
namespace {

TEST(Notification, WaitersOfEveryKindSeeWhatWasWrittenBefore) {
  Notification notification;
  int written = 0;
  EXPECT_FALSE(notification.HasBeenNotified());
  std::vector<std::thread> waiters;
  for (int i = 0; i < 3; ++i) {
    waiters.emplace_back([&] {
      notification.WaitForNotification();
      EXPECT_EQ(written, 1);
    });
    waiters.emplace_back([&] {
      EXPECT_TRUE(notification.WaitForNotificationWithTimeout(std::chrono::hours(1)));
      EXPECT_EQ(written, 1);
    });
    waiters.emplace_back([&] {
      while (!notification.HasBeenNotified()) std::this_thread::yield();
      EXPECT_EQ(written, 1);
    });
  }
  written = 1;
  notification.Notify();
  for (std::thread& waiter : waiters) waiter.join();
}

TEST(Notification, TimeoutThatHasPassedSaysWhetherItHappened) {
  Notification notification;
  EXPECT_FALSE(notification.WaitForNotificationWithTimeout(std::chrono::nanoseconds(0)));
  notification.Notify();
  EXPECT_TRUE(notification.WaitForNotificationWithTimeout(std::chrono::nanoseconds(0)));
}

TEST(Notification, MayBeDestroyedByTheWaiter) {
  for (int i = 0; i < 500; ++i) {
    auto notification = std::make_unique<Notification>();
    std::thread notifier([raw = notification.get()] { raw->Notify(); });
    notification->WaitForNotification();
    notification.reset();
    notifier.join();
  }
}

TEST(NotificationDeathTest, SecondNotifyIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Notification notification;
  notification.Notify();
  EXPECT_DEATH(notification.Notify(), "CHECK.*notified_");
}

}  // namespace
}  // namespace tailrace
