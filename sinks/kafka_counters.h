// The counters of a `kafka` sink beside those that every sink has; names as in the metrics page.
//
// Threads    Any (each is a relaxed atomic).
// Ownership  References into the MetricRegistry, which outlives every lane.
#pragma once

#include <string>

#include "agent/base/metrics.h"

namespace tailrace {

struct KafkaCounters {
  KafkaCounters(MetricRegistry& registry, const std::string& sink);

  // tailrace_sink_kafka_producers_replaced_total{reason}: after a fatal error; around a batch that
  // was refused; because a certificate or a secret has changed.
  Counter& replaced_fatal;
  Counter& replaced_refused;
  Counter& replaced_renewed;
  Counter& request_retries;   // tailrace_sink_kafka_request_retries_total
  Counter& request_timeouts;  // tailrace_sink_kafka_request_timeouts_total
  Gauge& brokers_up;          // tailrace_sink_kafka_brokers_up: connections that can be used.
  Gauge& queued_records;      // tailrace_sink_kafka_queued_records
  Gauge& queued_bytes;        // tailrace_sink_kafka_queued_bytes
};

}  // namespace tailrace
