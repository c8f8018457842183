// The Kafka sink when brokers fail: nothing is lost, nothing stalls, the order of files stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sinks/kafka_sink.h"
#include "tests/sinks/kafka_sink_fixture.h"

namespace tailrace {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using KafkaSinkTrouble = KafkaSinkTest;

TEST_F(KafkaSinkTrouble, PassingErrorsOfBrokersLoseNothing) {
  constexpr rd_kafka_resp_err_t kErrors[] = {
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR__TRANSPORT,
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
  };
  Open(Options());
  uint64_t first = 0;
  for (const rd_kafka_resp_err_t error : kErrors) {
    SCOPED_TRACE(rd_kafka_err2name(error));
    mock_.PushErrors(KafkaMock::kProduce, {error, error, error});
    Submit({{1, first, 200}, {2, first, 200}});
    PollUntilIdle();
    first += 200;
    EXPECT_EQ(delivered_, first * 2);
  }
  EXPECT_THAT(rejected_, IsEmpty());
  const Read read = ReadTopic(first * 2);
  ExpectDelivered({{1, 0, first}, {2, 0, first}}, read);
}

TEST_F(KafkaSinkTrouble, LeadersChangeUnderLoad) {
  Open(Options());
  for (uint64_t i = 0; i < 15; ++i) {
    Submit({{1, i * 100, 100}, {2, i * 100, 100}, {3, i * 100, 100}});
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      mock_.SetLeader("logs", partition, 1 + static_cast<int32_t>(i + partition) % 3);
    }
  }
  PollUntilIdle();
  ExpectDelivered({{1, 0, 1500}, {2, 0, 1500}, {3, 0, 1500}}, ReadTopic(4500));
}

TEST_F(KafkaSinkTrouble, AllBrokersDownIsSaidAndEnds) {
  Open(Options());
  Submit({{1, 0, 100}});
  PollUntilIdle();
  mock_.SetAllUp(false);
  Submit({{1, 100, 100}});
  PollUntil([this] { return !sink_->down_reason().empty(); }, "word that it is down");
  EXPECT_THAT(sink_->down_reason(), HasSubstr("check `brokers`"));
  EXPECT_EQ(delivered_, 100u);
  mock_.SetAllUp(true);
  PollUntilIdle();
  EXPECT_EQ(sink_->down_reason(), "");
  ExpectDelivered({{1, 0, 200}}, ReadTopic(200));
}

TEST_F(KafkaSinkTrouble, ATopicThatIsRefusedDoesNotHoldUpTheOthers) {
  mock_.CreateTopic("other", kPartitions);
  mock_.SetTopicError("other", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Open(Options({{"topic.metadata.propagation.max.ms", "100"}}));
  Submit({{1, 0, 100}, {2, 0, 100, "other"}, {3, 0, 100}});
  PollUntil([this] { return delivered_ == 200; }, "delivery of the good topic");
  PollUntil([this] { return !sink_->down_reason().empty(); }, "word of the bad one");
  EXPECT_THAT(sink_->down_reason(), HasSubstr("other"));
  EXPECT_THAT(sink_->down_reason(), HasSubstr("create the topic"));
  mock_.SetTopicError("other", RD_KAFKA_RESP_ERR_NO_ERROR);
  PollUntilIdle();
  EXPECT_THAT(ReadTopic(100, "other").copies, SizeIs(100));
  EXPECT_THAT(rejected_, IsEmpty());
  ExpectReleased(300);
  EXPECT_EQ(sink_->down_reason(), "");
}

TEST_F(KafkaSinkTrouble, ATopicThatNobodyConfirmsIsNamed) {
  Open(Options());
  Submit({{1, 0, 10}});
  sink_->Poll(std::chrono::milliseconds(0));
  EXPECT_EQ(sink_->down_reason(), "");
  clock_.Push(std::chrono::seconds(31));
  EXPECT_THAT(sink_->down_reason(), HasSubstr("topic logs: no broker confirms"));
}

TEST_F(KafkaSinkTrouble, AfterAFatalErrorANewProducerTakesTheSameRecords) {
  mock_.PushErrors(KafkaMock::kInitProducerId, {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
                                                RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED});
  Open(Options());
  Submit({{1, 0, 1000}, {2, 0, 1000}});
  PollUntilIdle();
  ExpectDelivered({{1, 0, 1000}, {2, 0, 1000}}, ReadTopic(2000));
  EXPECT_EQ(kafka_counters_.replaced_fatal.value(), 2u);
  EXPECT_THAT(rejected_, IsEmpty());
}

TEST_F(KafkaSinkTrouble, AChangedSecretGetsANewProducer) {
  std::string path = testing::TempDir() + "kafka_secret_XXXXXX";
  const int fd = mkstemp(path.data());
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(path) << "first";
  KafkaOptions options = Options();
  SecretText::Part part;
  part.path = path;
  options.properties.push_back({"client.id", SecretText(std::vector<SecretText::Part>{part})});
  Open(options);
  Submit({{1, 0, 100}});
  PollUntilIdle();
  std::ofstream(path) << "the second";
  clock_.Push(std::chrono::seconds(6));
  PollUntil([this] { return kafka_counters_.replaced_renewed.value() == 1; }, "new producer");
  Submit({{1, 100, 100}});
  PollUntilIdle();
  ExpectDelivered({{1, 0, 200}}, ReadTopic(200));
  std::filesystem::remove(path);
}

// Of a payload that was delivered in part only the rest comes back, and another client takes it.
TEST_F(KafkaSinkTrouble, GivenUpItReturnsWhatIsNotDelivered) {
  mock_.CreateTopic("other", kPartitions);
  mock_.SetTopicError("other", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Open(Options({{"topic.metadata.propagation.max.ms", "100"}}));
  Submit({{1, 0, 100}, {2, 0, 100, "other"}, {3, 0, 100}});
  PollUntil([this] { return delivered_ == 200; }, "delivery of the good topic");
  mock_.SetAllUp(false);
  Submit({{1, 100, 50}});
  sink_->GiveUp(clock_.Now() + std::chrono::milliseconds(300));
  EXPECT_TRUE(sink_->idle());
  ExpectReleased(350);  // The worker has taken new ones for what came back.
  ASSERT_THAT(returned_, SizeIs(2));
  EXPECT_THAT(returned_[0]->items, SizeIs(100));
  EXPECT_THAT(returned_[1]->items, SizeIs(50));
  mock_.SetAllUp(true);
  mock_.SetTopicError("other", RD_KAFKA_RESP_ERR_NO_ERROR);
  Open(Options());
  for (PayloadPtr& payload : returned_) {
    PollUntil([&] { return sink_->TrySubmit(0, payload); }, "room");
  }
  PollUntilIdle();
  EXPECT_THAT(ReadTopic(100, "other").copies, SizeIs(100));
  EXPECT_THAT(ReadTopic(250).copies, SizeIs(250));
}

TEST_F(KafkaSinkTrouble, ADrainSendsWhatItCanAndAbandonsTheRest) {
  Open(Options());
  Submit({{1, 0, 100}});
  sink_->Drain(clock_.Now() + kPatience);
  EXPECT_TRUE(sink_->idle());
  EXPECT_EQ(delivered_, 100u);

  Open(Options());
  PollUntilIdle();
  mock_.SetAllUp(false);
  Submit({{1, 100, 100}});
  sink_->Drain(clock_.Now() + std::chrono::milliseconds(300));
  EXPECT_EQ(delivered_, 100u);
  ExpectReleased(100);
  auto payload = std::make_unique<Payload>();
  EXPECT_FALSE(sink_->TrySubmit(0, payload));
}

}  // namespace
}  // namespace tailrace
