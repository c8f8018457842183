// A Kafka cluster inside this process: librdkafka's own mock brokers, which speak the protocol on
// loopback ports, and can be told to fail.
// https://github.com/confluentinc/librdkafka/blob/v2.0.2/src/rdkafka_mock.h
//
// Threads    Not thread-safe; the brokers have a thread of their own.
// Bounds     A partition keeps 5 MiB, then forgets what is oldest: read along.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tailrace {

class KafkaMock {
 public:
  static constexpr int16_t kProduce = 0;
  static constexpr int16_t kInitProducerId = 22;

  explicit KafkaMock(int brokers);
  ~KafkaMock();
  KafkaMock(const KafkaMock&) = delete;
  KafkaMock& operator=(const KafkaMock&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  int broker_count() const { return broker_count_; }

  void CreateTopic(const std::string& topic, int partitions);
  // The next requests of that kind are answered so.
  void PushErrors(int16_t api, const std::vector<rd_kafka_resp_err_t>& errors);
  // All that concern the topic, until it is called with NO_ERROR.
  void SetTopicError(const std::string& topic, rd_kafka_resp_err_t error);
  void SetLeader(const std::string& topic, int32_t partition, int32_t broker);
  void SetUp(int32_t broker, bool up);
  void SetAllUp(bool up);
  void SetRoundTrip(int millis);

 private:
  int broker_count_;
  rd_kafka_t* client_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace tailrace
