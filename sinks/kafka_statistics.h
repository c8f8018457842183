// KafkaStatistics reads the statistics that librdkafka emits as JSON, and brings them to our
// counters. https://github.com/confluentinc/librdkafka/blob/v2.0.2/STATISTICS.md
//
// Threads    Owned by one lane.
// Failure    Statistics that are no JSON are ignored: nothing depends on them.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/json/json_dom.h"
#include "sinks/kafka_counters.h"

namespace tailrace {

class KafkaStatistics {
 public:
  explicit KafkaStatistics(KafkaCounters& counters) : counters_(counters) {}

  // Counts what is new since the last call. Returns how many brokers can be used.
  int64_t Take(std::string_view json);
  // The next statistics are those of a new producer, whose totals begin at 0.
  void StartOver() { retries_ = timeouts_ = 0; }

 private:
  static constexpr size_t kMaxBytes = 16 << 20;

  KafkaCounters& counters_;
  JsonReader reader_{kMaxBytes};
  int64_t retries_ = 0;  // As counted so far, of this producer.
  int64_t timeouts_ = 0;
};

}  // namespace tailrace
