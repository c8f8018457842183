#include "sinks/kafka_errors.h"

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

struct Advice {
  rd_kafka_resp_err_t error;
  std::string_view text;
};

constexpr Advice kAdvice[] = {
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
     "give the user the rights DESCRIBE and WRITE on the topic"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
     "give the user the right IDEMPOTENT_WRITE on the cluster"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, "check `sasl`"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, "check `sasl`"},
    {RD_KAFKA_RESP_ERR__SSL, "check `tls`"},
    {RD_KAFKA_RESP_ERR__RESOLVE, "check the host names in `brokers`"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "check `brokers`, and whether they run"},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
     "create the topic, or let the brokers do so (auto.create.topics.enable)"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
     "create the topic, or let the brokers do so (auto.create.topics.enable)"},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, "the name is no valid topic: check `topic`"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
     "the topic's max.message.bytes is less than message.max.bytes of `properties`"},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
     "the topic's segment.bytes is less than message.max.bytes of `properties`"},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, "brokers are missing: see min.insync.replicas"},
};

}  // namespace

KafkaFate FateOfKafkaError(int error) noexcept {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return KafkaFate::kDelivered;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
      return KafkaFate::kRefused;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__DESTROY:
      return KafkaFate::kTakenBack;
    default:
      return KafkaFate::kLater;
  }
}

bool IsKafkaSizeError(int error) noexcept {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

std::string DescribeKafkaError(int error) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  std::string text = Concat({rd_kafka_err2name(code), ": ", rd_kafka_err2str(code)});
  for (const Advice& advice : kAdvice) {
    if (advice.error == code) return Concat({text, ": ", advice.text});
  }
  return text;
}

}  // namespace tailrace
