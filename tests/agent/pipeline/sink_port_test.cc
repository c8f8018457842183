#include "agent/pipeline/sink_port.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kBatchBytes = 512 * 1024;

// Two workers' ports of one sink, which share its budget.
class SinkPortTest : public testing::Test {
 protected:
  struct Wires {
    SpscRing<PayloadPtr> payloads{8};
    SpscRing<Settlement> settlements{8};
    LaneEnd end;
    Doorbell bell;
  };

  SinkPort MakePort(Wires& wires) {
    SinkOptions options;
    options.batch_bytes = kBatchBytes;
    return SinkPort(
        SinkId(0), options,
        {&budget_, &counters_, &wires.payloads, &wires.settlements, &wires.end, &wires.bell});
  }
  // Encodes a record of `bytes`, with room or without.
  void Encode(SinkPort& port, size_t bytes) {
    Payload& payload = port.Open(now_);
    PayloadItem& item = payload.items.emplace_back();
    item.offset = static_cast<uint32_t>(payload.bytes.size());
    item.length = static_cast<uint32_t>(bytes);
    payload.bytes.Append(std::string(bytes, 'x'));
    port.Encoded(0);
  }
  // As a lane that delivers at once.
  size_t Deliver(SinkPort& port, Wires& wires) {
    size_t count = 0;
    while (std::optional<PayloadPtr> payload = wires.payloads.TryPop()) {
      port.Recycle(*std::move(payload));
      ++count;
    }
    return count;
  }

  MetricRegistry registry_;
  SinkCounters counters_{registry_, "sink"};
  MemoryBudget budget_{8 * kBatchBytes};
  Wires first_, second_;
  MonotonicTime now_{seconds(1000)};
};

TEST_F(SinkPortTest, SealsByBytesAndByTime) {
  SinkPort port = MakePort(first_);
  Encode(port, 100);
  const std::optional<MonotonicTime> due = port.LookAfter(now_);
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(port.LookAfter(*due - milliseconds(1)), due);
  EXPECT_EQ(Deliver(port, first_), 0u);
  EXPECT_EQ(port.LookAfter(*due), std::nullopt);
  EXPECT_EQ(Deliver(port, first_), 1u);
  Encode(port, kBatchBytes);
  EXPECT_EQ(Deliver(port, first_), 1u);
}

TEST_F(SinkPortTest, FlushesAtRandomInTheLastFifthOfItsInterval) {
  SinkPort port = MakePort(first_);
  MonotonicTime earliest = MonotonicTime::max(), latest{};
  for (int i = 0; i < 1000; ++i) {
    const MonotonicTime opened = now_ + std::chrono::nanoseconds(i * 1'000'003);
    now_ = opened;
    Encode(port, 100);
    const MonotonicTime due = port.LookAfter(opened).value();
    earliest = std::min(earliest, MonotonicTime(due - opened));
    latest = std::max(latest, MonotonicTime(due - opened));
    EXPECT_EQ(port.LookAfter(due), std::nullopt);
    EXPECT_EQ(Deliver(port, first_), 1u);
  }
  EXPECT_GE(earliest, MonotonicTime(milliseconds(800)));
  EXPECT_LT(earliest, MonotonicTime(milliseconds(805)));
  EXPECT_LE(latest, MonotonicTime(milliseconds(1000)));
  EXPECT_GT(latest, MonotonicTime(milliseconds(995)));
}

TEST_F(SinkPortTest, GivesItsEmptyPayloadsUpWhenAnotherPortNeedsTheBudget) {
  SinkPort idle = MakePort(first_), busy = MakePort(second_);
  for (int i = 0; i < 4; ++i) Encode(idle, kBatchBytes);
  EXPECT_EQ(Deliver(idle, first_), 4u);
  ASSERT_GT(budget_.used_bytes(), 0);  // Kept, and charged.
  EXPECT_EQ(idle.LookAfter(now_), now_ + milliseconds(250));
  ASSERT_FALSE(busy.TryReserve(budget_.capacity_bytes()));
  EXPECT_EQ(idle.LookAfter(now_), std::nullopt);
  EXPECT_EQ(budget_.used_bytes(), 0);
  EXPECT_TRUE(busy.TryReserve(budget_.capacity_bytes()));
}

TEST_F(SinkPortTest, GivesItsEmptyPayloadsUpAfterAWhile) {
  SinkPort port = MakePort(first_);
  Encode(port, kBatchBytes);
  EXPECT_EQ(Deliver(port, first_), 1u);
  EXPECT_NE(port.LookAfter(now_ + seconds(1)), std::nullopt);
  EXPECT_EQ(port.LookAfter(now_ + seconds(2)), std::nullopt);
  EXPECT_EQ(budget_.used_bytes(), 0);
}

TEST_F(SinkPortTest, SaysItsEndBesideARingThatIsFull) {
  SinkPort port = MakePort(first_);
  for (int i = 0; i < 8; ++i) Encode(port, kBatchBytes);
  Encode(port, 10);
  EXPECT_FALSE(port.Seal());
  EXPECT_EQ(first_.end.Get(), std::nullopt);
  port.End(now_);
  EXPECT_EQ(first_.end.Get(), now_);
}

}  // namespace
}  // namespace tailrace
