#include "agent/cli/once_watch.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

using std::chrono::seconds;

class OnceWatchTest : public testing::Test {
 protected:
  OnceWatchTest() {
    loop_ = *EventLoop::Open();
    watch_ = std::make_unique<OnceWatch>(
        *loop_, clock_, [this] { return state_; }, [this] { ++given_up_; });
    state_.work.pending = true;
  }
  void LookAfter(seconds time) {
    clock_.Advance(time);
    watch_->Look();
  }

  ManualClock clock_;
  std::unique_ptr<EventLoop> loop_;
  OnceState state_;
  int given_up_ = 0;
  std::unique_ptr<OnceWatch> watch_;
};

TEST_F(OnceWatchTest, GivesUpOnceWhenNothingIsDone) {
  state_.work.done = {1, 2};
  LookAfter(seconds(0));
  LookAfter(OnceWatch::kPatience - seconds(1));
  EXPECT_EQ(given_up_, 0);
  EXPECT_FALSE(watch_->gave_up());
  LookAfter(seconds(1));
  EXPECT_EQ(given_up_, 1);
  EXPECT_TRUE(watch_->gave_up());
  LookAfter(OnceWatch::kPatience);
  EXPECT_EQ(given_up_, 1);
}

TEST_F(OnceWatchTest, AnyProgressStartsItsPatienceAnew) {
  for (uint64_t i = 0; i < 10; ++i) {
    state_.work.done = {7, i};
    LookAfter(OnceWatch::kPatience - seconds(1));
  }
  EXPECT_EQ(given_up_, 0);
}

TEST_F(OnceWatchTest, WaitsForARemoteSinkForEver) {
  state_.work.sink_down = true;
  for (int i = 0; i < 1000; ++i) LookAfter(seconds(10));
  EXPECT_EQ(given_up_, 0);
  state_.work.sink_down = false;
  LookAfter(OnceWatch::kPatience);
  EXPECT_EQ(given_up_, 1);
}

}  // namespace
}  // namespace tailrace
