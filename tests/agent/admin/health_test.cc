#include "agent/admin/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tailrace {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class HealthTest : public testing::Test {
 protected:
  HealthTest() {
    reader_.Beat(clock_.Now());
    worker_.Beat(clock_.Now());
  }

  HealthInputs Inputs() {
    return {[this] {
              return std::vector<const Heartbeat*>{&reader_, &worker_};
            },
            [this] { return work_; }, [this] { return readiness_; }};
  }

  // Goes on with beating threads, looking at the work every 5 s, and says whether it is alive.
  bool AliveAfter(seconds time) {
    for (seconds passed{0}; passed < time; passed += seconds(5)) {
      clock_.Advance(seconds(5));
      reader_.Beat(clock_.Now());
      worker_.Beat(clock_.Now());
      health_.Observe();
    }
    return health_.Live().ok;
  }

  ManualClock clock_;
  Heartbeat reader_{"reader"};
  Heartbeat worker_{"worker:0"};
  WorkState work_;
  Readiness readiness_;
  Health health_{Inputs(), clock_};
};

TEST_F(HealthTest, AThreadMayBeSilentForAMinute) {
  clock_.Advance(Health::kHeartbeatAgeMax);
  EXPECT_TRUE(health_.Live().ok);
  EXPECT_EQ(health_.Live().text, "ok\n");
}

TEST_F(HealthTest, ASilentThreadIsNamed) {
  clock_.Advance(seconds(61));
  reader_.Beat(clock_.Now());
  const HealthVerdict verdict = health_.Live();
  EXPECT_FALSE(verdict.ok);
  EXPECT_EQ(verdict.text, "thread worker:0: no heartbeat for 61 s\n");
  worker_.Beat(clock_.Now());
  EXPECT_TRUE(health_.Live().ok);
}

TEST_F(HealthTest, EverySilentThreadIsNamed) {
  clock_.Advance(seconds(100));
  EXPECT_EQ(health_.Live().text,
            "thread reader: no heartbeat for 100 s\nthread worker:0: no heartbeat for 100 s\n");
}

TEST_F(HealthTest, AThreadThatHasEndedNeedNotBeat) {
  clock_.Advance(seconds(1000));
  reader_.End();
  worker_.End();
  EXPECT_TRUE(health_.Live().ok);
}

TEST_F(HealthTest, WorkThatNobodyDoesIsAStall) {
  work_ = {.pending = true, .done = {5, 6}};
  EXPECT_TRUE(AliveAfter(seconds(120)));
  EXPECT_FALSE(AliveAfter(seconds(10)));
  EXPECT_THAT(health_.Live().text, HasSubstr("stalled"));
}

TEST_F(HealthTest, AnyCounterThatGrowsIsProgress) {
  work_ = {.pending = true, .done = {0, 0, 0}};
  for (size_t counter = 0; counter < work_.done.size(); ++counter) {
    EXPECT_TRUE(AliveAfter(seconds(15)));
    ++work_.done[counter];
    EXPECT_TRUE(AliveAfter(seconds(100)));
  }
  EXPECT_FALSE(AliveAfter(seconds(30)));
  ++work_.done[0];
  EXPECT_TRUE(health_.Live().ok);
}

TEST_F(HealthTest, ReadingTheSameBytesAgainIsNoProgress) {
  work_ = {.pending = true, .done = {1000, 7}};
  EXPECT_TRUE(AliveAfter(seconds(60)));
  work_.done[0] = 400;  // Handed back.
  EXPECT_TRUE(AliveAfter(seconds(40)));
  work_.done[0] = 1000;
  EXPECT_FALSE(AliveAfter(seconds(30)));
  work_.done[0] = 400;
  EXPECT_FALSE(AliveAfter(seconds(5)));
  work_.done[1] = 8;  // Yet a delivery counts, whatever was handed back.
  EXPECT_TRUE(AliveAfter(seconds(5)));
}

TEST_F(HealthTest, WithoutWorkThereIsNoStall) {
  work_ = {.pending = false, .done = {5}};
  EXPECT_TRUE(AliveAfter(seconds(3600)));
  // The hour without work does not count against the work that comes after it.
  work_.pending = true;
  EXPECT_TRUE(AliveAfter(seconds(115)));
  EXPECT_FALSE(AliveAfter(seconds(10)));
}

TEST_F(HealthTest, ASinkThatIsDownExcusesTheStall) {
  work_ = {.pending = true, .done = {5}, .sink_down = true};
  EXPECT_TRUE(AliveAfter(seconds(3600)));
  work_.sink_down = false;
  EXPECT_TRUE(AliveAfter(seconds(115)));
  EXPECT_FALSE(AliveAfter(seconds(10)));
}

TEST_F(HealthTest, ASilentThreadAndAStallAreBothNamed) {
  work_ = {.pending = true, .done = {5}};
  health_.Observe();
  clock_.Advance(seconds(121));
  reader_.Beat(clock_.Now());
  EXPECT_EQ(health_.Live().text,
            "thread worker:0: no heartbeat for 121 s\n"
            "stalled: there is work, no sink is down, and nothing was done for 121 s\n");
}

TEST_F(HealthTest, TheWallClockDoesNotMatter) {
  work_ = {.pending = true, .done = {5}};
  clock_.SetWallNanos(0);
  EXPECT_TRUE(health_.Live().ok);
  clock_.SetWallNanos(int64_t{4'000'000'000} * 1'000'000'000);
  EXPECT_TRUE(health_.Live().ok);
}

TEST_F(HealthTest, ReadyOnceTheStateIsLoadedAndTheSourcesAreSwept) {
  EXPECT_FALSE(health_.Ready().ok);
  EXPECT_EQ(health_.Ready().text,
            "the state is not loaded yet\nthe first sweep over the sources is not done yet\n");
  readiness_.state_loaded = true;
  EXPECT_EQ(health_.Ready().text, "the first sweep over the sources is not done yet\n");
  readiness_.first_sweep_done = true;
  EXPECT_TRUE(health_.Ready().ok);
  EXPECT_EQ(health_.Ready().text, "ok\n");
  readiness_.state_loaded = false;
  EXPECT_FALSE(health_.Ready().ok);
}

TEST(Health, DiesWithoutItsInputs) {
  const ManualClock clock;
  HealthInputs no_work{{}, nullptr, [] { return Readiness{}; }};
  EXPECT_DEATH(Health(no_work, clock), "work");
  HealthInputs no_readiness{{}, [] { return WorkState{}; }, nullptr};
  EXPECT_DEATH(Health(no_readiness, clock), "readiness");
}

}  // namespace
}  // namespace tailrace
