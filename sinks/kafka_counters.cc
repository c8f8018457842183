#include "sinks/kafka_counters.h"

namespace tailrace {
namespace {

Counter& Replaced(MetricRegistry& registry, const std::string& sink, const char* reason) {
  return registry.GetCounter("tailrace_sink_kafka_producers_replaced_total",
                             "Producers that were replaced by a new one, by reason.",
                             {{"sink", sink}, {"reason", reason}});
}

}  // namespace

KafkaCounters::KafkaCounters(MetricRegistry& registry, const std::string& sink)
    : replaced_fatal(Replaced(registry, sink, "fatal")),
      replaced_refused(Replaced(registry, sink, "refused")),
      replaced_renewed(Replaced(registry, sink, "renewed")),
      request_retries(registry.GetCounter("tailrace_sink_kafka_request_retries_total",
                                          "Requests that librdkafka sent again.",
                                          {{"sink", sink}})),
      request_timeouts(registry.GetCounter("tailrace_sink_kafka_request_timeouts_total",
                                           "Requests that no broker answered in time.",
                                           {{"sink", sink}})),
      brokers_up(registry.GetGauge("tailrace_sink_kafka_brokers_up",
                                   "Brokers with a connection that can be used.",
                                   {{"sink", sink}})),
      queued_records(registry.GetGauge("tailrace_sink_kafka_queued_records",
                                       "Records that librdkafka holds.", {{"sink", sink}})),
      queued_bytes(registry.GetGauge("tailrace_sink_kafka_queued_bytes",
                                     "Bytes of the records that librdkafka holds.",
                                     {{"sink", sink}})) {}

}  // namespace tailrace
