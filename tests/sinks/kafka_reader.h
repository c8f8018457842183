// Reads topics of a Kafka from their beginning, all partitions, without a consumer group.
//
// Threads    Not thread-safe.
// Ownership  What a KafkaRead points to lasts until the next call of Next.
// Bounds     Those of librdkafka's consumer.
// Failure    Errors of brokers are waited out; trimmed() says how many records had been forgotten
//            by the broker before they could be read.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace {

struct KafkaRead {
  std::string_view topic;
  int32_t partition = 0;
  std::string_view value;
  bool has_key = false;
  std::string_view key;
  std::string_view id;  // Of the header event.id; empty without.
};

class KafkaReader {
 public:
  using Properties = std::vector<std::pair<std::string, std::string>>;

  // Exits with a message when the brokers cannot be asked. A topic has `partitions` of them.
  KafkaReader(const std::string& brokers, const std::vector<std::string>& topics, int partitions,
              const Properties& properties = {});
  ~KafkaReader();
  KafkaReader(const KafkaReader&) = delete;
  KafkaReader& operator=(const KafkaReader&) = delete;

  bool Next(std::chrono::milliseconds wait, KafkaRead& read);
  uint64_t trimmed() const { return trimmed_; }

 private:
  rd_kafka_t* client_ = nullptr;
  rd_kafka_message_t* message_ = nullptr;
  std::map<std::pair<std::string, int32_t>, int64_t> next_offsets_;
  uint64_t trimmed_ = 0;
};

}  // namespace tailrace
