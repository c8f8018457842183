#include "ringbuffer/doorbell.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "ringbuffer/spsc_ring.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kForEver{-1};

bool Readable(const Doorbell& bell) {
  pollfd waited{bell.fd(), POLLIN, 0};
  return poll(&waited, 1, 0) == 1;
}

TEST(Doorbell, RefusesToParkWhileThereIsWork) {
  Doorbell bell;
  EXPECT_FALSE(bell.TryPark([] { return false; }));
}

TEST(Doorbell, BecomesReadableOnlyWhenRungWhileParked) {
  Doorbell bell;
  bell.Ring();
  EXPECT_FALSE(Readable(bell));
  ASSERT_TRUE(bell.TryPark([] { return true; }));
  bell.Ring();
  EXPECT_TRUE(Readable(bell));
  bell.Unpark();
  EXPECT_FALSE(Readable(bell));
}

TEST(Doorbell, EndsAWaitAtItsTimeout) {
  Doorbell bell;
  bell.Wait(std::chrono::milliseconds(1), [] { return true; });
}

// Each item is handed over and awaited with no limit on the sleep: one lost wake-up hangs the test.
TEST(Doorbell, NeverLosesAWakeUpInAMillionRacesOfPushAgainstPark) {
  constexpr uint64_t kRounds = 1'000'000;
  SpscRing<uint64_t> there(1);
  SpscRing<uint64_t> back(1);
  Doorbell there_bell;
  Doorbell back_bell;
  std::thread echo([&] {
    for (uint64_t i = 0; i < kRounds; ++i) {
      std::optional<uint64_t> value;
      while (!(value = there.TryPop())) {
        there_bell.Wait(kForEver, [&] { return there.SizeApprox() == 0; });
      }
      while (!back.TryPush(*value)) std::this_thread::yield();
      back_bell.Ring();
    }
  });
  for (uint64_t i = 0; i < kRounds; ++i) {
    uint64_t value = i;
    ASSERT_TRUE(there.TryPush(value));
    there_bell.Ring();
    std::optional<uint64_t> answer;
    // Half of the rounds spin for a moment, so that push and park meet at every distance.
    for (uint64_t spin = 0; spin < i % 50 && !answer; ++spin) answer = back.TryPop();
    while (!answer && !(answer = back.TryPop())) {
      back_bell.Wait(kForEver, [&] { return back.SizeApprox() == 0; });
    }
    ASSERT_EQ(*answer, i);
  }
  echo.join();
}

}  // namespace
}  // namespace tailrace
