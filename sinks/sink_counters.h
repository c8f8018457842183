// The counters of one sink, shared by its lane and the workers; names as in the metrics page.
//
// Threads    Any (each is a relaxed atomic).
// Ownership  References into the MetricRegistry, which outlives every lane.
#pragma once

#include <string>

#include "agent/base/metrics.h"

namespace tailrace {

struct SinkCounters {
  SinkCounters(MetricRegistry& registry, const std::string& sink);

  Counter& routed;                // Records that workers encoded for the sink.
  Counter& delivered;             // tailrace_records_delivered_total
  Counter& delivered_bytes;       // Document bytes of these, uncompressed.
  Counter& wire_bytes;            // Bytes that went out, compressed, repeats included.
  Counter& rejected;              // tailrace_records_rejected_total
  Counter& settled;               // Records whose verdict reached the worker that sent them.
  Counter& dropped_full;          // tailrace_records_dropped_total{reason="sink_full"}
  Counter& dropped_removed;       // tailrace_records_dropped_total{reason="sink_removed"}
  Counter& dead_letters_dropped;  // tailrace_records_dropped_total{reason="dead_letters_full"}
  Counter& dead_letters_written;  // Rejected records that are durable as dead letters.
  Counter& retries;               // Items that were sent again.
  Counter& requests;              // Requests or writes.
  Histogram& request_seconds;     // tailrace_sink_request_seconds
};

}  // namespace tailrace
