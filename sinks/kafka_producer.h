// A KafkaProducer is one producer of librdkafka, which sends records from memory that is not its
// own, and says of each what became of it, in events that its owner takes when it likes.
//
// Threads    Owned by one lane. librdkafka's threads send and compress; of ours they read the
//            records and the partition hash behind each `opaque`, and add to SinkCounters.
// Ownership  The bytes of a record, its `opaque` and what that points to stay where they are until
//            the record's report, or the destructor's end.
// Bounds     None of its own: who produces holds the memory budget.
// Ordering   Records of one partition are delivered in the order in which they were produced, but
//            for those that were reported as failed.
// Failure    See KafkaFate. After a fatal error nothing is delivered any more.
// Cost       About 0.5 us a record of CPU in all, most of it in librdkafka's own thread; with a
//            header 1.3 us.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"
#include "sinks/kafka_conf.h"
#include "sinks/sink_counters.h"

namespace tailrace {

// What the partition is computed from, with the first bytes behind each record's `opaque`.
struct KafkaPartitionKey {
  uint32_t hash = 0;
};

struct KafkaRecord {
  std::string_view value;
  std::optional<std::string_view> key;
  std::string_view id;  // Sent as a header unless empty.
  KafkaPartitionKey* opaque = nullptr;
};

struct KafkaReport {
  KafkaPartitionKey* opaque = nullptr;
  int error = 0;  // An rd_kafka_resp_err_t.
};

// Valid until the next call of NextEvent.
struct KafkaEvent {
  enum class Kind : uint8_t { kReports, kError, kLog, kStatistics };
  Kind kind = Kind::kLog;
  int error = 0;          // kError.
  bool fatal = false;     // kError.
  int level = 0;          // kLog: as syslog's; 3 is an error, 4 a warning.
  std::string_view text;  // All but kReports.
  std::vector<KafkaReport> reports;
};

class KafkaProducer {
 public:
  struct Options {
    bool by_file = true;  // Partitions by KafkaPartitionKey; else librdkafka chooses.
    SinkCounters* counters = nullptr;
  };

  static absl::StatusOr<std::unique_ptr<KafkaProducer>> Open(KafkaConf conf, Options options);
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // Hands over `records`, all for one topic. results()[i] says with an rd_kafka_resp_err_t whether
  // record i was taken; for those a report comes.
  void Produce(std::string_view topic, const std::vector<KafkaRecord>& records);
  const std::vector<int>& results() const { return results_; }

  // False when nothing has happened since the last call.
  bool NextEvent(KafkaEvent& event);
  // Readable when NextEvent has something, after it returned false.
  int ready_fd() const { return ready_.get(); }
  void ClearReady();

  // Takes back what is not delivered, in flight or not: reports follow.
  void Purge();

 private:
  KafkaProducer() = default;
  static void WatchRequests(rd_kafka_conf_t* conf, SinkCounters* counters);
  rd_kafka_topic_t* Topic(std::string_view name);
  void ProduceBatch(rd_kafka_topic_t* topic, const std::vector<KafkaRecord>& records);
  void ProduceWithHeaders(rd_kafka_topic_t* topic, const std::vector<KafkaRecord>& records);
  void TakeReports(KafkaEvent& event);

  bool by_file_ = true;
  rd_kafka_t* client_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
  rd_kafka_event_t* event_ = nullptr;  // The one that the last KafkaEvent shows.
  UniqueFd ready_;
  absl::flat_hash_map<std::string, rd_kafka_topic_t*, StringHash, StringEqual> topics_;
  std::vector<rd_kafka_message_t> batch_;
  std::vector<int> results_;
};

}  // namespace tailrace
