#include "agent/net/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class EventLoopTest : public testing::Test {
 protected:
  std::unique_ptr<EventLoop> loop_ = EventLoop::Open().value();
};

TEST_F(EventLoopTest, PostedHandlersRunInOrderAndNotInsidePost) {
  std::string order;
  loop_->Post([&] {
    order += 'a';
    loop_->Post([&] { order += 'c'; });
    order += 'b';
  });
  loop_->Post([&] { order += '-'; });
  EXPECT_EQ(order, "");
  while (order.size() < 4) loop_->RunFor(seconds(10));
  EXPECT_EQ(order, "ab-c");
}

TEST_F(EventLoopTest, RunForEndsWithTheBudgetWhenNothingHappens) {
  Timer never(*loop_);
  never.Start(hours(1), [] { FAIL(); });
  EXPECT_EQ(loop_->RunFor(milliseconds(1)), 0u);
  EXPECT_EQ(loop_->RunFor(milliseconds(0)), 0u);
}

TEST_F(EventLoopTest, RunForReturnsThoughHandlersNeverCease) {
  size_t ran = 0;
  std::function<void()> again = [&] {
    ++ran;
    loop_->Post([&] { again(); });
  };
  again();
  EXPECT_GT(loop_->RunFor(hours(1)), 0u);
  EXPECT_LE(ran, 1000u);
}

TEST_F(EventLoopTest, StopBeforeOrDuringRunEndsIt) {
  loop_->Stop();
  loop_->Run();

  const auto second = EventLoop::Open().value();
  Timer timer(*second);
  timer.Start(milliseconds(1), [&] { second->Stop(); });
  second->Run();
}

TEST_F(EventLoopTest, OtherThreadsPostAndStop) {
  size_t ran = 0;
  std::thread runner([&] { loop_->Run(); });
  std::vector<std::thread> posters;
  for (int t = 0; t < 3; ++t) {
    posters.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) loop_->Post([&] { ++ran; });
    });
  }
  for (std::thread& poster : posters) poster.join();
  loop_->Stop();
  runner.join();
  EXPECT_EQ(ran, 3000u);
}

TEST_F(EventLoopTest, TimersFireInTheOrderOfTheirTimes) {
  std::string order;
  Timer late(*loop_), early(*loop_), now(*loop_), past(*loop_);
  late.Start(milliseconds(20), [&] { order += 'l'; });
  early.Start(milliseconds(10), [&] { order += 'e'; });
  past.Start(milliseconds(-5), [&] { order += 'p'; });
  EXPECT_EQ(order, "");
  while (order.size() < 3) loop_->RunFor(seconds(10));
  EXPECT_EQ(order, "pel");
}

TEST_F(EventLoopTest, ACancelledOrReplacedOrDestroyedTimerStaysQuiet) {
  int fired = 0;
  Timer cancelled(*loop_), replaced(*loop_);
  std::optional<Timer> destroyed;
  destroyed.emplace(*loop_);
  for (Timer* timer : {&cancelled, &replaced, &*destroyed}) {
    timer->Start(milliseconds(0), [] { FAIL() << "an old handler ran"; });
  }
  // By now all three have ended in the kernel's eyes; only their handlers have not run.
  Timer first(*loop_);
  first.Start(milliseconds(-10), [&] {
    cancelled.Cancel();
    replaced.Start(milliseconds(1), [&] { ++fired; });
    destroyed.reset();
  });
  while (fired == 0) loop_->RunFor(seconds(10));
  EXPECT_EQ(loop_->RunFor(milliseconds(1)), 0u);
}

TEST_F(EventLoopTest, ATimerMayBeStartedAnewByItsOwnHandler) {
  int rounds = 0;
  Timer timer(*loop_);
  std::function<void()> tick = [&] {
    if (++rounds < 5) timer.Start(milliseconds(0), [&] { tick(); });
  };
  timer.Start(milliseconds(0), [&] { tick(); });
  while (rounds < 5) loop_->RunFor(seconds(10));
}

TEST_F(EventLoopTest, AWatchFiresForAsLongAsTheDescriptorIsReadable) {
  const UniqueFd bell(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  int rang = 0;
  auto watch = FdWatch::Open(*loop_, bell.get(), [&] { ++rang; }).value();
  EXPECT_EQ(loop_->RunFor(milliseconds(1)), 0u);
  ASSERT_EQ(::eventfd_write(bell.get(), 1), 0);
  while (rang < 3) ASSERT_GT(loop_->RunFor(seconds(10)), 0u);  // Nobody has read it.
  eventfd_t value;
  ASSERT_EQ(::eventfd_read(bell.get(), &value), 0);
  while (loop_->RunFor(milliseconds(0)) > 0) {
  }
  const int quiet = rang;
  EXPECT_EQ(loop_->RunFor(milliseconds(1)), 0u);
  EXPECT_EQ(rang, quiet);

  ASSERT_EQ(::eventfd_write(bell.get(), 1), 0);
  watch.reset();
  while (loop_->RunFor(milliseconds(0)) > 0) {
  }
  EXPECT_EQ(rang, quiet);
  EXPECT_EQ(::fcntl(bell.get(), F_GETFD), FD_CLOEXEC) << "the descriptor was closed";
}

TEST_F(EventLoopTest, AWatchMayEndInItsOwnHandler) {
  const UniqueFd bell(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
  int rang = 0;
  std::unique_ptr<FdWatch> watch;
  watch = FdWatch::Open(*loop_, bell.get(), [&] {
            ++rang;
            watch.reset();
          }).value();
  while (loop_->RunFor(milliseconds(1)) > 0) {
  }
  EXPECT_EQ(rang, 1);
}

TEST_F(EventLoopTest, WhatIsNoDescriptorCannotBeWatched) {
  EXPECT_EQ(FdWatch::Open(*loop_, -1, [] {}).status().code(), absl::StatusCode::kInternal);
}

TEST_F(EventLoopTest, DestroysWhatDidNotRun) {
  auto token = std::make_shared<int>(1);
  const UniqueFd bell(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  {
    const auto loop = EventLoop::Open().value();
    loop->Post([token] {});
    Timer timer(*loop);
    timer.Start(hours(1), [token] {});
    const auto watch = FdWatch::Open(*loop, bell.get(), [token] {}).value();
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace tailrace
