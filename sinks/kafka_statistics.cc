#include "sinks/kafka_statistics.h"

#include <utility>

namespace tailrace {
namespace {

int64_t Number(JsonValue object, std::string_view name) {
  return object.Get(name).AsInt().value_or(0);
}

void CountUpTo(Counter& counter, int64_t& counted, int64_t total) {
  if (total <= counted) return;
  counter.Add(static_cast<uint64_t>(total - std::exchange(counted, total)));
}

}  // namespace

int64_t KafkaStatistics::Take(std::string_view json) {
  const absl::StatusOr<JsonValue> parsed = reader_.Parse(json);
  if (!parsed.ok()) return 0;
  int64_t up = 0;
  int64_t retries = 0;
  int64_t timeouts = 0;
  parsed->Get("brokers").ForEachMember([&](std::string_view, JsonValue broker) {
    if (broker.Get("state").AsString() == "UP") ++up;
    retries += Number(broker, "txretries");
    timeouts += Number(broker, "req_timeouts");
  });
  CountUpTo(counters_.request_retries, retries_, retries);
  CountUpTo(counters_.request_timeouts, timeouts_, timeouts);
  counters_.brokers_up.Set(static_cast<double>(up));
  counters_.queued_records.Set(static_cast<double>(Number(*parsed, "msg_cnt")));
  counters_.queued_bytes.Set(static_cast<double>(Number(*parsed, "msg_size")));
  return up;
}

}  // namespace tailrace
