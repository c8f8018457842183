#include "sinks/kafka_producer.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr int16_t kProduceApi = 0;
constexpr size_t kReportsAtOnce = 1024;
constexpr const char* kIdHeader = "event.id";
constexpr const char* kInterceptor = "tailrace";

// Asked by librdkafka for each record of which it knows the topic: as a rule inside Produce, else
// on its main thread. With the number of partitions from one hand, an explicit partition can never
// miss; measured, asking costs 15 ns a record of about 500.
int32_t PartitionOf(const rd_kafka_topic_t*, const void*, size_t, int32_t partitions, void*,
                    void* opaque) {
  return static_cast<int32_t>(static_cast<const KafkaPartitionKey*>(opaque)->hash) % partitions;
}

// On librdkafka's threads: a request is on its way, an answer has come.
rd_kafka_resp_err_t OnRequest(rd_kafka_t*, int, const char*, int32_t, int16_t api, int16_t, int32_t,
                              size_t size, void* counters) {
  auto& sink = *static_cast<SinkCounters*>(counters);
  sink.wire_bytes.Add(size);
  if (api == kProduceApi) sink.requests.Add(1);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t OnAnswer(rd_kafka_t*, int, const char*, int32_t, int16_t api, int16_t, int32_t,
                             size_t, int64_t micros, rd_kafka_resp_err_t, void* counters) {
  if (api == kProduceApi && micros >= 0) {
    auto& sink = *static_cast<SinkCounters*>(counters);
    sink.request_seconds.Observe(static_cast<double>(micros) * 1e-6);
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t OnNew(rd_kafka_t* client, const rd_kafka_conf_t*, void* counters, char*,
                          size_t) {
  rd_kafka_interceptor_add_on_request_sent(client, kInterceptor, &OnRequest, counters);
  rd_kafka_interceptor_add_on_response_received(client, kInterceptor, &OnAnswer, counters);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::string_view TextOf(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

void KafkaProducer::WatchRequests(rd_kafka_conf_t* conf, SinkCounters* counters) {
  rd_kafka_conf_interceptor_add_on_new(conf, kInterceptor, &OnNew, counters);
}

absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Open(KafkaConf conf,
                                                                   Options options) {
  std::unique_ptr<KafkaProducer> made(new KafkaProducer);
  made->by_file_ = options.by_file;
  made->ready_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!made->ready_.valid()) return ErrnoStatus(errno, "eventfd");
  WatchRequests(conf.get(), options.counters);
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR |
                                           RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS);
  std::array<char, 512> error;
  made->client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error.data(), error.size());
  if (made->client_ == nullptr) {
    return absl::FailedPreconditionError(ToAbsl(Concat({"make a producer: ", error.data()})));
  }
  static_cast<void>(conf.release());  // It belongs to the producer now.
  rd_kafka_set_log_queue(made->client_, nullptr);
  made->queue_ = rd_kafka_queue_get_main(made->client_);
  static constexpr uint64_t kOne = 1;
  rd_kafka_queue_io_event_enable(made->queue_, made->ready_.get(), &kOne, sizeof(kOne));
  return made;
}

KafkaProducer::~KafkaProducer() {
  if (client_ == nullptr) return;
  if (event_ != nullptr) rd_kafka_event_destroy(event_);
  if (queue_ != nullptr) {
    rd_kafka_queue_io_event_enable(queue_, -1, nullptr, 0);
    rd_kafka_queue_destroy(queue_);
  }
  Purge();
  for (const auto& [name, topic] : topics_) rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(client_);
}

rd_kafka_topic_t* KafkaProducer::Topic(std::string_view name) {
  const auto known = topics_.find(name);
  if (known != topics_.end()) return known->second;
  // The default topic configuration of the client, which is copied here, has the rest.
  rd_kafka_topic_conf_t* const conf = rd_kafka_default_topic_conf_dup(client_);
  if (by_file_) rd_kafka_topic_conf_set_partitioner_cb(conf, &PartitionOf);
  rd_kafka_topic_t* const topic = rd_kafka_topic_new(client_, std::string(name).c_str(), conf);
  CHECK(topic != nullptr);  // The name is valid and no two configurations differ.
  return topics_.emplace(name, topic).first->second;
}

void KafkaProducer::Produce(std::string_view topic, const std::vector<KafkaRecord>& records) {
  results_.clear();
  if (records.empty()) return;
  if (records.front().id.empty()) {
    ProduceBatch(Topic(topic), records);
  } else {
    ProduceWithHeaders(Topic(topic), records);
  }
}

void KafkaProducer::ProduceBatch(rd_kafka_topic_t* topic, const std::vector<KafkaRecord>& records) {
  batch_.clear();
  for (const KafkaRecord& record : records) {
    rd_kafka_message_t& message = batch_.emplace_back();
    std::memset(&message, 0, sizeof(message));
    // librdkafka only reads it: neither of its flags to copy or to free is given.
    message.payload = const_cast<char*>(record.value.data());
    message.len = record.value.size();
    if (record.key.has_value()) {
      message.key = const_cast<char*>(record.key->data());
      message.key_len = record.key->size();
    }
    message._private = record.opaque;
  }
  rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, 0, batch_.data(),
                         static_cast<int>(batch_.size()));
  for (const rd_kafka_message_t& message : batch_) results_.push_back(message.err);
}

void KafkaProducer::ProduceWithHeaders(rd_kafka_topic_t* topic,
                                       const std::vector<KafkaRecord>& records) {
  for (const KafkaRecord& record : records) {
    const std::string_view key = record.key.value_or(std::string_view());
    // A nullptr with a size of 0 is no key; one that is empty needs a place.
    void* const key_place = record.key.has_value() ? const_cast<char*>(key.data()) : nullptr;
    results_.push_back(rd_kafka_producev(
        client_, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_KEY(key_place, key.size()),
        RD_KAFKA_V_HEADER(kIdHeader, record.id.data(), record.id.size()),
        RD_KAFKA_V_OPAQUE(record.opaque), RD_KAFKA_V_END));
  }
}

bool KafkaProducer::NextEvent(KafkaEvent& event) {
  if (event_ != nullptr) rd_kafka_event_destroy(std::exchange(event_, nullptr));
  while ((event_ = rd_kafka_queue_poll(queue_, 0)) != nullptr) {
    switch (rd_kafka_event_type(event_)) {
      case RD_KAFKA_EVENT_DR:
        TakeReports(event);
        return true;
      case RD_KAFKA_EVENT_ERROR:
        event.kind = KafkaEvent::Kind::kError;
        event.error = rd_kafka_event_error(event_);
        event.fatal = rd_kafka_event_error_is_fatal(event_) != 0;
        event.text = TextOf(rd_kafka_event_error_string(event_));
        return true;
      case RD_KAFKA_EVENT_LOG: {
        const char* facility = nullptr;
        const char* text = nullptr;
        event.kind = KafkaEvent::Kind::kLog;
        rd_kafka_event_log(event_, &facility, &text, &event.level);
        event.text = TextOf(text);
        return true;
      }
      case RD_KAFKA_EVENT_STATS:
        event.kind = KafkaEvent::Kind::kStatistics;
        event.text = TextOf(rd_kafka_event_stats(event_));
        return true;
      default:
        rd_kafka_event_destroy(event_);
    }
  }
  return false;
}

void KafkaProducer::TakeReports(KafkaEvent& event) {
  event.kind = KafkaEvent::Kind::kReports;
  event.reports.clear();
  std::array<const rd_kafka_message_t*, kReportsAtOnce> messages;
  size_t taken;
  while ((taken = rd_kafka_event_message_array(event_, messages.data(), messages.size())) > 0) {
    for (size_t i = 0; i < taken; ++i) {
      event.reports.push_back(
          {static_cast<KafkaPartitionKey*>(messages[i]->_private), messages[i]->err});
    }
  }
}

void KafkaProducer::ClearReady() {
  uint64_t count = 0;
  while (read(ready_.get(), &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

void KafkaProducer::Purge() {
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

}  // namespace tailrace
