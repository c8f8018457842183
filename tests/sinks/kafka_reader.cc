#include "tests/sinks/kafka_reader.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace tailrace {

KafkaReader::KafkaReader(const std::string& brokers, const std::vector<std::string>& topics,
                         int partitions, const Properties& properties) {
  Properties all = {
      {"bootstrap.servers", brokers},       {"group.id", "tailrace-tests"},  // Never joined.
      {"enable.auto.commit", "false"},      {"auto.offset.reset", "earliest"},
      {"allow.auto.create.topics", "true"}, {"fetch.wait.max.ms", "50"},
      {"fetch.error.backoff.ms", "100"},    {"log_level", "2"}};
  all.insert(all.end(), properties.begin(), properties.end());
  std::array<char, 512> error;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size()) !=
        RD_KAFKA_CONF_OK) {
      std::fprintf(stderr, "kafka_reader: %s\n", error.data());
      std::exit(2);
    }
  }
  client_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error.data(), error.size());
  if (client_ == nullptr) {
    std::fprintf(stderr, "kafka_reader: %s\n", error.data());
    std::exit(2);
  }
  rd_kafka_poll_set_consumer(client_);
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(0);
  for (const std::string& topic : topics) {
    for (int32_t partition = 0; partition < partitions; ++partition) {
      rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset =
          RD_KAFKA_OFFSET_BEGINNING;
    }
  }
  rd_kafka_assign(client_, list);
  rd_kafka_topic_partition_list_destroy(list);
}

KafkaReader::~KafkaReader() {
  if (message_ != nullptr) rd_kafka_message_destroy(message_);
  rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

bool KafkaReader::Next(std::chrono::milliseconds wait, KafkaRead& read) {
  if (message_ != nullptr) rd_kafka_message_destroy(std::exchange(message_, nullptr));
  message_ = rd_kafka_consumer_poll(client_, static_cast<int>(wait.count()));
  if (message_ == nullptr || message_->err != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  read = KafkaRead();
  read.topic = rd_kafka_topic_name(message_->rkt);
  read.partition = message_->partition;
  read.value = {static_cast<const char*>(message_->payload), message_->len};
  read.has_key = message_->key != nullptr;
  if (read.has_key) read.key = {static_cast<const char*>(message_->key), message_->key_len};
  rd_kafka_headers_t* headers = nullptr;
  const void* id = nullptr;
  size_t id_size = 0;
  if (rd_kafka_message_headers(message_, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
      rd_kafka_header_get_last(headers, "event.id", &id, &id_size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    read.id = {static_cast<const char*>(id), id_size};
  }
  int64_t& next = next_offsets_[{std::string(read.topic), read.partition}];
  if (message_->offset > next) trimmed_ += static_cast<uint64_t>(message_->offset - next);
  next = message_->offset + 1;
  return true;
}

}  // namespace tailrace
