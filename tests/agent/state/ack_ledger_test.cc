#include "agent/state/ack_ledger.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace tailrace {
namespace {

Anchor AnchorAt(int64_t bytes) { return {static_cast<uint64_t>(bytes) * 31, 64}; }

// The ledger as one would explain it: every range ever opened, and how many need it.
class NaiveLedger {
 public:
  explicit NaiveLedger(int64_t start_bytes) : start_bytes_(start_bytes) {}

  void Open(RangeId id, int64_t end_bytes, RangeEnd end) {
    ranges_[id.value()] = {end_bytes, 1, end};
  }
  void AddRef(RangeId id) { ++ranges_[id.value()].references; }
  void Release(RangeId id) { --ranges_[id.value()].references; }

  int64_t frontier_bytes() {
    while (!ranges_.empty() && ranges_.begin()->second.references == 0) {
      const Range settled = ranges_.begin()->second;
      ranges_.erase(ranges_.begin());
      if (settled.end == RangeEnd::kResumable || ranges_.empty()) start_bytes_ = settled.end_bytes;
    }
    return start_bytes_;
  }
  size_t open_count() const { return ranges_.size(); }

 private:
  struct Range {
    int64_t end_bytes;
    int references;
    RangeEnd end;
  };
  int64_t start_bytes_;
  std::map<uint64_t, Range> ranges_;
};

TEST(AckLedger, IsIdleAtItsStart) {
  const AckLedger ledger(100, AnchorAt(100), 4);
  EXPECT_TRUE(ledger.idle());
  EXPECT_FALSE(ledger.full());
  EXPECT_EQ(ledger.frontier_bytes(), 100);
  EXPECT_EQ(ledger.end_bytes(), 100);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(100));
}

TEST(AckLedger, FrontierStopsAtTheFirstUnsettledRange) {
  AckLedger ledger(0, {}, 8);
  const RangeId first = *ledger.TryOpen(100, AnchorAt(100));
  const RangeId second = *ledger.TryOpen(250, AnchorAt(250));
  const RangeId third = *ledger.TryOpen(400, AnchorAt(400));
  EXPECT_FALSE(ledger.Release(third));
  EXPECT_EQ(ledger.frontier_bytes(), 0);
  EXPECT_TRUE(ledger.Release(first));
  EXPECT_EQ(ledger.frontier_bytes(), 100);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(100));
  EXPECT_TRUE(ledger.Release(second));
  EXPECT_EQ(ledger.frontier_bytes(), 400);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(400));
  EXPECT_TRUE(ledger.idle());
}

TEST(AckLedger, HoldsARangeUntilItsLastReferenceIsDropped) {
  AckLedger ledger(0, {}, 8);
  const RangeId id = *ledger.TryOpen(10, AnchorAt(10));
  ledger.AddRef(id);
  ledger.AddRef(id);
  EXPECT_FALSE(ledger.Release(id));
  EXPECT_FALSE(ledger.Release(id));
  EXPECT_EQ(ledger.frontier_bytes(), 0);
  EXPECT_TRUE(ledger.Release(id));
  EXPECT_EQ(ledger.frontier_bytes(), 10);
}

TEST(AckLedger, FrontierPassesAnEndInsideARecordOnlyWithWhatFollows) {
  AckLedger ledger(0, {}, 8);
  const RangeId first = *ledger.TryOpen(100, AnchorAt(100));
  const RangeId piece = *ledger.TryOpen(250, AnchorAt(250), RangeEnd::kInsideRecord);
  const RangeId rest = *ledger.TryOpen(400, AnchorAt(400));
  EXPECT_TRUE(ledger.Release(first));
  EXPECT_FALSE(ledger.Release(piece));
  EXPECT_EQ(ledger.frontier_bytes(), 100);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(100));
  EXPECT_TRUE(ledger.Release(rest));
  EXPECT_EQ(ledger.frontier_bytes(), 400);
}

TEST(AckLedger, FrontierReachesAnEndInsideARecordThatTheFileEndsWith) {
  AckLedger ledger(0, {}, 8);
  const RangeId last = *ledger.TryOpen(100, AnchorAt(100), RangeEnd::kInsideRecord);
  EXPECT_TRUE(ledger.Release(last));
  EXPECT_EQ(ledger.frontier_bytes(), 100);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(100));
}

TEST(AckLedger, FrontierStopsAtAnEndThatTurnedOutToBeResumable) {
  AckLedger ledger(0, {}, 8);
  const RangeId first = *ledger.TryOpen(100, AnchorAt(100), RangeEnd::kInsideRecord);
  ledger.MarkEndResumable();
  const RangeId second = *ledger.TryOpen(200, AnchorAt(200), RangeEnd::kInsideRecord);
  EXPECT_TRUE(ledger.Release(first));
  EXPECT_EQ(ledger.frontier_bytes(), 100);
  EXPECT_EQ(ledger.frontier_anchor(), AnchorAt(100));
  EXPECT_TRUE(ledger.Release(second));
  // Nothing is open: it stands at the end already.
  ledger.MarkEndResumable();
  EXPECT_EQ(ledger.frontier_bytes(), 200);
  EXPECT_EQ(ledger.room(), 8u);
}

TEST(AckLedger, RefusesARangeBeyondItsBoundAndTakesItAfterARelease) {
  AckLedger ledger(0, {}, 2);
  const RangeId first = *ledger.TryOpen(1, AnchorAt(1));
  const RangeId second = *ledger.TryOpen(2, AnchorAt(2));
  EXPECT_TRUE(ledger.full());
  EXPECT_EQ(ledger.TryOpen(3, AnchorAt(3)), std::nullopt);
  EXPECT_EQ(ledger.end_bytes(), 2);
  EXPECT_FALSE(ledger.Release(second));  // Settled, but still behind the first one.
  EXPECT_TRUE(ledger.full());
  EXPECT_TRUE(ledger.Release(first));
  EXPECT_TRUE(ledger.TryOpen(3, AnchorAt(3)).has_value());
}

TEST(AckLedger, NumbersRangesInReadOrderAcrossIdleTimes) {
  AckLedger ledger(0, {}, 4);
  for (int64_t end = 1; end <= 100; ++end) {
    const RangeId id = *ledger.TryOpen(end, AnchorAt(end));
    EXPECT_EQ(id, RangeId(static_cast<uint64_t>(end - 1)));
    EXPECT_TRUE(ledger.Release(id));
  }
}

TEST(AckLedgerDeathTest, EndsTheProcessOnABrokenReference) {
  AckLedger ledger(10, {}, 4);
  EXPECT_DEATH((void)ledger.TryOpen(10, {}), "end_bytes > end_bytes_");
  EXPECT_DEATH(ledger.Release(RangeId(0)), "next_open");
  const RangeId first = *ledger.TryOpen(20, {});
  const RangeId second = *ledger.TryOpen(30, {});
  ledger.Release(second);
  EXPECT_DEATH(ledger.Release(second), "references > 0");
  EXPECT_DEATH(ledger.AddRef(second), "references > 0");
  ledger.Release(first);
  EXPECT_DEATH(ledger.AddRef(first), "next_open");
}

// Random walks that lean towards opening, then towards releasing, so that both bounds are met.
void CompareWithTheModel(uint64_t seed, int steps, size_t max_open) {
  std::mt19937_64 random(seed);
  AckLedger ledger(7, AnchorAt(7), max_open);
  NaiveLedger naive(7);
  std::vector<RangeId> held;  // One entry a reference.
  int64_t frontier_before = 7;
  for (int step = 0; step < steps; ++step) {
    const uint64_t open_share = (step / 1000) % 2 == 0 ? 50 : 10;
    const uint64_t dice = random() % 100;
    if (dice < open_share) {
      const int64_t end = ledger.end_bytes() + 1 + static_cast<int64_t>(random() % 65536);
      const RangeEnd kind = random() % 4 == 0 ? RangeEnd::kInsideRecord : RangeEnd::kResumable;
      const std::optional<RangeId> id = ledger.TryOpen(end, AnchorAt(end), kind);
      ASSERT_EQ(id.has_value(), naive.open_count() < max_open);
      if (!id.has_value()) continue;
      naive.Open(*id, end, kind);
      held.push_back(*id);
    } else if (!held.empty()) {
      const size_t pick = random() % held.size();
      if (dice < open_share + 15) {
        ledger.AddRef(held[pick]);
        naive.AddRef(held[pick]);
        held.push_back(held[pick]);
        continue;
      }
      naive.Release(held[pick]);
      const bool moved = ledger.Release(held[pick]);
      held[pick] = held.back();
      held.pop_back();
      ASSERT_EQ(ledger.frontier_bytes(), naive.frontier_bytes());
      ASSERT_EQ(moved, ledger.frontier_bytes() > frontier_before);
      ASSERT_EQ(ledger.frontier_anchor(), AnchorAt(ledger.frontier_bytes()));
      ASSERT_EQ(ledger.idle(), held.empty());
      frontier_before = ledger.frontier_bytes();
    }
  }
}

TEST(AckLedger, AgreesWithANaiveModelOverAMillionSteps) {
  const struct {
    uint64_t seed;
    size_t max_open;
  } cases[] = {{1, 1}, {2, 2}, {3, 17}, {4, 256}, {5, 4096}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.seed);
    CompareWithTheModel(c.seed, 200'000, c.max_open);
  }
}

}  // namespace
}  // namespace tailrace
