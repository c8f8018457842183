// The Kafka sink against librdkafka's mock cluster: what is delivered, where it stands, what is
// refused.
#include "sinks/kafka_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sinks/kafka_sink_fixture.h"

namespace tailrace {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<FileRecords> TwentyFiles(uint64_t first, uint64_t count) {
  std::vector<FileRecords> runs;
  for (uint32_t file = 0; file < 20; ++file) runs.push_back({file, first, count});
  return runs;
}

TEST_F(KafkaSinkTest, FilesKeepTheirOrderInOnePartitionEach) {
  Open(Options());
  for (uint64_t payload = 0; payload < 10; ++payload) Submit(TwentyFiles(payload * 50, 50));
  PollUntilIdle();
  ExpectDelivered(TwentyFiles(0, 500), ReadTopic(10'000));
  EXPECT_EQ(recycled_, 10);
  EXPECT_EQ(sink_->down_reason(), "");
  EXPECT_GT(counters_.wire_bytes.value(), 10'000u * 20);
  EXPECT_GT(counters_.requests.value(), 0u);
  EXPECT_EQ(counters_.delivered.value(), 10'000u);
}

TEST_F(KafkaSinkTest, EveryCodecArrivesWhole) {
  for (const char* codec : {"none", "gzip", "lz4", "zstd"}) {
    SCOPED_TRACE(codec);
    const std::string topic = std::string("logs-") + codec;
    mock_.CreateTopic(topic, kPartitions);
    KafkaOptions options = Options();
    options.compression = codec;
    options.compression_level = options.compression == "none" ? -1 : 1;
    Open(options);
    Submit({{7, 0, 1000, topic}});
    PollUntilIdle();
    EXPECT_THAT(ReadTopic(1000, topic).copies, SizeIs(1000));
  }
}

TEST_F(KafkaSinkTest, TheIdMayBeAHeaderAndTheKeyIsWhatWasGiven) {
  Open(Options());
  FileRecords with_key{1, 0, 10, "logs", "shop/api", true};
  FileRecords empty_key{2, 0, 10, "logs", "", true};
  FileRecords no_key{3, 0, 10, "logs", std::nullopt, true};
  Submit({with_key, empty_key, no_key});
  PollUntilIdle();
  const Read read = ReadTopic(30);
  ExpectDelivered({with_key, empty_key, no_key}, read);
  EXPECT_THAT(read.ids, SizeIs(30));
  EXPECT_THAT(read.ids, Each(std::string("0123456789abcdef0123456789AB")));
  EXPECT_THAT(read.keys, ElementsAre("", "none", "shop/api"));
}

TEST_F(KafkaSinkTest, KeysWithoutHeadersAreTheSame) {
  Open(Options());
  Submit({{1, 0, 5, "logs", "shop/api"}, {2, 0, 5, "logs", ""}, {3, 0, 5, "logs"}});
  PollUntilIdle();
  EXPECT_THAT(ReadTopic(15).keys, ElementsAre("", "none", "shop/api"));
}

TEST_F(KafkaSinkTest, APartitionerOfLibrdkafkaGoesByTheKey) {
  KafkaOptions options = Options();
  options.partitioner = "murmur2";
  Open(options);
  std::vector<FileRecords> runs = TwentyFiles(0, 10);
  for (FileRecords& run : runs) run.key = "the same";
  Submit(runs);
  PollUntilIdle();
  const Read read = ReadTopic(200);
  ExpectDelivered(runs, read);
  for (const auto& [file, partitions] : read.partitions) {
    EXPECT_EQ(partitions, read.partitions.begin()->second);
  }
}

TEST_F(KafkaSinkTest, ARecordThatIsTooLargeAloneGoesToTheDeadLetters) {
  Open(Options({{"message.max.bytes", "100000"}}));
  FileRecords large{1, 10, 1};
  large.padding = 200'000;
  Submit({{1, 0, 10}, large, {1, 11, 10}});
  PollUntilIdle();
  ASSERT_THAT(rejected_, SizeIs(1));
  EXPECT_THAT(rejected_[0].reason, HasSubstr("MSG_SIZE_TOO_LARGE"));
  EXPECT_THAT(rejected_[0].reason, HasSubstr("200"));
  EXPECT_GT(rejected_[0].document.size(), 200'000u);
  EXPECT_THAT(rejected_[0].ranges, SizeIs(1));
  EXPECT_EQ(delivered_, 20u);
  EXPECT_EQ(counters_.rejected.value(), 1u);
  ExpectReleased(21);
  EXPECT_THAT(ReadTopic(20).copies, SizeIs(20));
}

TEST_F(KafkaSinkTest, ABatchThatIsRefusedGoesOutARecordAtATime) {
  mock_.PushErrors(KafkaMock::kProduce, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  Open(Options());
  Submit({{1, 0, 500}});
  PollUntilIdle();
  ExpectDelivered({{1, 0, 500}}, ReadTopic(500));
  EXPECT_THAT(rejected_, SizeIs(0));
  EXPECT_EQ(kafka_counters_.replaced_refused.value(), 1u);
}

TEST_F(KafkaSinkTest, ARecordThatIsRefusedAloneGoesToTheDeadLetters) {
  // The batch, and then the first record of it.
  mock_.PushErrors(KafkaMock::kProduce,
                   {RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_INVALID_RECORD});
  Open(Options());
  Submit({{1, 0, 500}});
  PollUntilIdle();
  ASSERT_THAT(rejected_, SizeIs(1));
  EXPECT_THAT(rejected_[0].reason, HasSubstr("INVALID_RECORD"));
  EXPECT_EQ(delivered_, 499u);
  ExpectReleased(500);
}

TEST_F(KafkaSinkTest, ASmallQueueOfLibrdkafkaOnlySlowsDown) {
  Open(Options({{"queue.buffering.max.messages", "100"}}));
  Submit({{1, 0, 3000}, {2, 0, 3000}});
  PollUntilIdle();
  ExpectDelivered({{1, 0, 3000}, {2, 0, 3000}}, ReadTopic(6000));
}

TEST_F(KafkaSinkTest, TheWindowRefusesWhatIsBeyondIt) {
  mock_.SetAllUp(false);
  Open(Options());
  for (size_t i = 0; i < KafkaSink::kJobsMax; ++i) Submit({{1, i, 1}});
  auto payload = std::make_unique<Payload>();
  EXPECT_FALSE(sink_->TrySubmit(0, payload));
  EXPECT_NE(payload, nullptr);
  mock_.SetAllUp(true);
  PollUntilIdle();
  ExpectDelivered({{1, 0, KafkaSink::kJobsMax}}, ReadTopic(KafkaSink::kJobsMax));
}

}  // namespace
}  // namespace tailrace
