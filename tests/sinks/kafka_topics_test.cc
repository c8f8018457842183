#include "sinks/kafka_topics.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class KafkaTopicsTest : public testing::Test {
 protected:
  MonotonicTime At(milliseconds after) const { return MonotonicTime(seconds(100)) + after; }

  KafkaTopics topics_{Backoff(milliseconds(100), milliseconds(1000), 7)};
};

TEST_F(KafkaTopicsTest, OnlyTheTopicThatFailedRests) {
  topics_.Failed("a", "why", At(milliseconds(0)));
  EXPECT_FALSE(topics_.MayProduce("a", At(milliseconds(10))));
  EXPECT_TRUE(topics_.MayProduce("b", At(milliseconds(10))));
  EXPECT_TRUE(topics_.MayProduce("a", At(milliseconds(101))));
  EXPECT_EQ(topics_.Trouble(), "topic a: why");
}

TEST_F(KafkaTopicsTest, ASuccessDoesNotCutTheRestShort) {
  topics_.Failed("a", "why", At(milliseconds(0)));
  EXPECT_FALSE(topics_.Succeeded("a", At(milliseconds(10))));
  EXPECT_FALSE(topics_.MayProduce("a", At(milliseconds(10))));
  EXPECT_LE(topics_.NextDue(At(milliseconds(10))), At(milliseconds(100)));
}

TEST_F(KafkaTopicsTest, ASuccessAfterTheRestEndsTheTroubleAndSaysSoOnce) {
  topics_.Failed("a", "why", At(milliseconds(0)));
  EXPECT_TRUE(topics_.Succeeded("a", At(milliseconds(101))));
  EXPECT_TRUE(topics_.empty());
  EXPECT_FALSE(topics_.Succeeded("a", At(milliseconds(101))));
  EXPECT_EQ(topics_.NextDue(At(milliseconds(0))), MonotonicTime::max());
}

TEST_F(KafkaTopicsTest, ManyRecordsOfOneFailureCountOnce) {
  for (int i = 0; i < 1000; ++i) topics_.Failed("a", "why", At(milliseconds(0)));
  EXPECT_LE(topics_.NextDue(At(milliseconds(0))), At(milliseconds(100)));
}

}  // namespace
}  // namespace tailrace
