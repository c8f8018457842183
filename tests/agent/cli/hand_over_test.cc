#include <gtest/gtest.h>

#include <string>

#include "tests/agent/cli/relay.h"

namespace tailrace {
namespace {

constexpr int kLines = 100;

std::string Lines() {
  std::string text;
  for (int i = 0; i < kLines; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

void DropLastItem(Payload& payload) {
  if (!payload.items.empty()) payload.items.pop_back();
}

TEST(HandOver, BalancesWhenNothingIsLost) {
  for (const int reject_every : {0, 7, 1}) {
    Relay relay(Lines(), reject_every, {});
    relay.Run();
    const Balance balance = relay.TakeBalance();
    EXPECT_TRUE(relay.finished()) << reject_every;
    EXPECT_TRUE(balance.balanced()) << RenderSummary(balance, 0, 0);
    EXPECT_EQ(balance.records, uint64_t{kLines});
    EXPECT_EQ(balance.rejected(),
              static_cast<uint64_t>(reject_every == 0 ? 0 : kLines / reject_every));
    EXPECT_EQ(balance.sinks[0].dead_letters, balance.rejected());
  }
}

TEST(HandOver, ShowsARecordLostBetweenReaderAndWorker) {
  RelayTaps taps;
  taps.reader_to_worker = [](Slab& slab) {
    for (Segment& segment : slab.segments) {
      if (segment.kind == SegmentKind::kData) segment.length -= std::string("line 99\n").size();
    }
  };
  Relay relay(Lines(), 0, taps);
  relay.Run();
  EXPECT_EQ(relay.TakeBalance().records, uint64_t{kLines - 1});
  EXPECT_FALSE(relay.TakeBalance().balanced());
}

TEST(HandOver, ShowsARecordLostBetweenWorkerAndLane) {
  RelayTaps taps;
  taps.worker_to_lane = DropLastItem;
  Relay relay(Lines(), 0, taps);
  relay.Run();
  const Balance balance = relay.TakeBalance();
  EXPECT_EQ(balance.sinks[0].routed, uint64_t{kLines});
  EXPECT_LT(balance.sinks[0].delivered, uint64_t{kLines});
  EXPECT_FALSE(balance.balanced());
  EXPECT_FALSE(relay.finished());
}

TEST(HandOver, ShowsAVerdictLostBetweenLaneAndWorker) {
  RelayTaps taps;
  taps.lane_to_worker = [](Settlement& settlement) { --settlement.delivered_items; };
  Relay relay(Lines(), 0, taps);
  relay.Run();
  const Balance balance = relay.TakeBalance();
  EXPECT_EQ(balance.sinks[0].delivered, uint64_t{kLines});
  EXPECT_FALSE(balance.balanced());
  EXPECT_FALSE(relay.finished());
}

TEST(HandOver, ShowsARejectedRecordLostOnItsWayToTheDeadLetters) {
  RelayTaps taps;
  taps.worker_to_dead_letters = DropLastItem;
  Relay relay(Lines(), 10, taps);
  relay.Run();
  const Balance balance = relay.TakeBalance();
  EXPECT_EQ(balance.rejected(), uint64_t{kLines / 10});
  EXPECT_FALSE(balance.balanced());
}

}  // namespace
}  // namespace tailrace
