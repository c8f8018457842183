#include "sinks/sink_counters.h"

namespace tailrace {
namespace {

Counter& Dropped(MetricRegistry& registry, const std::string& sink, const char* reason) {
  return registry.GetCounter("tailrace_records_dropped_total",
                             "Records that were dropped on purpose, by reason.",
                             {{"sink", sink}, {"reason", reason}});
}

}  // namespace

SinkCounters::SinkCounters(MetricRegistry& registry, const std::string& sink)
    : routed(registry.GetCounter("tailrace_sink_routed_records_total",
                                 "Records that were routed to the sink.", {{"sink", sink}})),
      delivered(registry.GetCounter("tailrace_records_delivered_total",
                                    "Records that the sink confirmed.", {{"sink", sink}})),
      delivered_bytes(registry.GetCounter("tailrace_sink_delivered_bytes_total",
                                          "Bytes of the confirmed documents, uncompressed.",
                                          {{"sink", sink}})),
      wire_bytes(registry.GetCounter("tailrace_sink_wire_bytes_total",
                                     "Bytes that were sent or written, repeats included.",
                                     {{"sink", sink}})),
      rejected(registry.GetCounter("tailrace_records_rejected_total",
                                   "Records that the sink will never take.", {{"sink", sink}})),
      settled(registry.GetCounter("tailrace_sink_settled_records_total",
                                  "Records whose verdict reached their worker.", {{"sink", sink}})),
      dropped_full(Dropped(registry, sink, "sink_full")),
      dropped_removed(Dropped(registry, sink, "sink_removed")),
      dead_letters_dropped(Dropped(registry, sink, "dead_letters_full")),
      dead_letters_written(registry.GetCounter("tailrace_dead_letters_written_total",
                                               "Rejected records that are durable as dead letters.",
                                               {{"sink", sink}})),
      retries(registry.GetCounter("tailrace_sink_retried_records_total",
                                  "Records that were sent again.", {{"sink", sink}})),
      requests(registry.GetCounter("tailrace_sink_requests_total", "Requests, or writes to a file.",
                                   {{"sink", sink}})),
      request_seconds(registry.GetHistogram("tailrace_sink_request_seconds",
                                            "Time from a request to its answer.",
                                            {{"sink", sink}})) {}

}  // namespace tailrace
