// What the tests of the Kafka sink share: a mock cluster, numbered records of numbered files, and
// what became of each.
//
// Threads    One test thread.
// Failure    Every wait ends after kPatience with a test failure.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/clock.h"
#include "sinks/kafka_sink.h"
#include "tests/sinks/kafka_mock.h"
#include "tests/sinks/kafka_reader.h"

namespace tailrace {

// Real time that a test can push forward.
class PushedClock final : public Clock {
 public:
  MonotonicTime Now() const override { return system_.Now() + pushed_; }
  int64_t WallNanos() const override { return system_.WallNanos(); }
  void Push(std::chrono::seconds by) { pushed_ += by; }

 private:
  SystemClock system_;
  std::chrono::seconds pushed_{0};
};

// A run of records of one file, as a worker would encode them.
struct FileRecords {
  uint32_t file = 0;
  uint64_t first = 0;
  uint64_t count = 0;
  std::string topic = "logs";
  std::optional<std::string> key = std::nullopt;
  bool with_id = false;  // In the address, so that it becomes a header.
  size_t padding = 0;    // Bytes that each document is longer by.
};

class KafkaSinkTest : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kPatience{60};
  static constexpr int kPartitions = 4;

  KafkaSinkTest();
  void Open(KafkaOptions options);
  KafkaOptions Options(std::vector<std::pair<std::string, std::string>> properties = {}) const;

  // Offers the records as one payload until the sink takes it.
  void Submit(const std::vector<FileRecords>& runs);
  // Polls until `done`, or fails.
  template <typename Done>
  void PollUntil(Done&& done, const char* what) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!done()) {
      sink_->Poll(std::chrono::milliseconds(20));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << "no " << what << "; the sink says: " << sink_->down_reason();
    }
  }
  void PollUntilIdle() {
    PollUntil([this] { return sink_->idle(); }, "end");
  }

  // What stands in the topic, by partition: {file, number} in the order of the partition. Reads
  // until there are `expected` different ones.
  struct Read {
    std::map<std::pair<uint32_t, uint64_t>, int> copies;
    std::map<uint32_t, std::set<int32_t>> partitions;  // By file.
    std::vector<std::string> disorder;
    std::vector<std::string> ids;
    std::set<std::string> keys;
    uint64_t repeats() const;
  };
  Read ReadTopic(size_t expected, const std::string& topic = "logs");
  // All records of `runs` are there, each range was released once, the order of files is kept.
  void ExpectDelivered(const std::vector<FileRecords>& runs, const Read& read);
  // Every range that was taken was released exactly once.
  void ExpectReleased(uint64_t count);

  PushedClock clock_;
  MetricRegistry registry_;
  SinkCounters counters_{registry_, "kafka"};
  KafkaCounters kafka_counters_{registry_, "kafka"};
  KafkaMock mock_{3};
  std::unique_ptr<KafkaSink> sink_;
  std::map<uint64_t, int> released_;  // By range number.
  uint64_t next_range_ = 0;
  uint64_t delivered_ = 0;
  std::vector<RejectedItem> rejected_;
  int recycled_ = 0;
  std::vector<PayloadPtr> returned_;
};

}  // namespace tailrace
