// What an error of librdkafka or of a broker means for a record, and what a person can do about it.
//
// Threads    Any.
#pragma once

#include <cstdint>
#include <string>

namespace tailrace {

enum class KafkaFate : uint8_t {
  kDelivered,
  // The record, or the batch that it was in, is too large or invalid: sent once more, alone.
  kRefused,
  // Taken back because its producer is replaced; sent again at once.
  kTakenBack,
  // Not now: an unknown topic, a missing right. Its topic waits, then it is sent again.
  kLater,
};

// `error` is an rd_kafka_resp_err_t.
KafkaFate FateOfKafkaError(int error) noexcept;

// True when it is the size that is wrong.
bool IsKafkaSizeError(int error) noexcept;

// "TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed: give the user the right ..."
std::string DescribeKafkaError(int error);

}  // namespace tailrace
