#include "tests/sinks/kafka_mock.h"

#include <array>

#include "agent/base/check.h"

namespace tailrace {

KafkaMock::KafkaMock(int brokers) : broker_count_(brokers) {
  std::array<char, 256> error;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "2", error.data(), error.size());
  client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  CHECK(client_ != nullptr);
  cluster_ = rd_kafka_mock_cluster_new(client_, brokers);
  CHECK(cluster_ != nullptr);
}

KafkaMock::~KafkaMock() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(client_);
}

void KafkaMock::CreateTopic(const std::string& topic, int partitions) {
  rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, broker_count_);
}

void KafkaMock::PushErrors(int16_t api, const std::vector<rd_kafka_resp_err_t>& errors) {
  rd_kafka_mock_push_request_errors_array(cluster_, api, errors.size(), errors.data());
}

void KafkaMock::SetTopicError(const std::string& topic, rd_kafka_resp_err_t error) {
  rd_kafka_mock_topic_set_error(cluster_, topic.c_str(), error);
}

void KafkaMock::SetLeader(const std::string& topic, int32_t partition, int32_t broker) {
  rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition, broker);
}

void KafkaMock::SetUp(int32_t broker, bool up) {
  if (up) {
    rd_kafka_mock_broker_set_up(cluster_, broker);
  } else {
    rd_kafka_mock_broker_set_down(cluster_, broker);
  }
}

void KafkaMock::SetAllUp(bool up) {
  for (int32_t broker = 1; broker <= broker_count_; ++broker) SetUp(broker, up);
}

void KafkaMock::SetRoundTrip(int millis) {
  for (int32_t broker = 1; broker <= broker_count_; ++broker) {
    rd_kafka_mock_broker_set_rtt(cluster_, broker, millis);
  }
}

}  // namespace tailrace
