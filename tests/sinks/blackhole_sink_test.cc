#include "sinks/blackhole_sink.h"

#include <gtest/gtest.h>

#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

class BlackholeSinkTest : public LocalSinkTest {};

TEST_F(BlackholeSinkTest, SettlesAllItTookAtTheNextPollAndNotBefore) {
  BlackholeSink sink(links(), settled_.Into());
  Submit(sink, 0, 2);
  Submit(sink, 2, 3);
  EXPECT_TRUE(settled_.released.empty());
  EXPECT_FALSE(sink.idle());
  PollNow(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 5));
  EXPECT_EQ(settled_.delivered, 5u);
  EXPECT_EQ(settled_.recycled, 2u);
  EXPECT_EQ(counters_.delivered.value(), 5u);
  EXPECT_EQ(counters_.delivered_bytes.value(), LinesOf(0, 5).size());
  EXPECT_EQ(counters_.wire_bytes.value(), 0u);
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(sink.down_reason(), "");
}

TEST_F(BlackholeSinkTest, RefusesBeyondItsWindowAndAfterADrain) {
  BlackholeSink sink(links(), settled_.Into());
  for (uint64_t n = 0; n < BlackholeSink::kWindow; ++n) Submit(sink, n, 1);
  PayloadPtr payload = MakePayload(100, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
  sink.Drain(clock_.Now());
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(settled_.released.size(), BlackholeSink::kWindow);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
  EXPECT_NE(payload, nullptr);
}

}  // namespace
}  // namespace tailrace
