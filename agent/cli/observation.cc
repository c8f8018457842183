#include "agent/cli/observation.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "agent/base/strings.h"
#include "agent/cli/balance.h"

namespace tailrace {
namespace {

std::vector<std::string> SinkNames(const Config& config) {
  std::vector<std::string> names;
  for (const SinkConfig& sink : config.sinks) names.push_back(sink.plan.options.name);
  return names;
}

double SumOfGauges(const MetricRegistry& registry, std::string_view name) {
  double sum = 0;
  for (const MetricFamily& family : registry.Snapshot()) {
    if (family.name != name) continue;
    for (const MetricSeries& series : family.series) sum += series.gauge->value();
  }
  return sum;
}

uint64_t SumOfCounters(const MetricRegistry& registry, std::initializer_list<const char*> names) {
  uint64_t sum = 0;
  for (const MetricFamily& family : registry.Snapshot()) {
    if (std::find(names.begin(), names.end(), family.name) == names.end()) continue;
    for (const MetricSeries& series : family.series) sum += series.counter->value();
  }
  return sum;
}

uint64_t CountOfHistogram(const MetricRegistry& registry, std::string_view name) {
  uint64_t count = 0;
  for (const MetricFamily& family : registry.Snapshot()) {
    if (family.name != name) continue;
    for (const MetricSeries& series : family.series) {
      count += series.histogram->CumulativeBuckets().back();
    }
  }
  return count;
}

AgentStatus StatusOf(const Topology& topology, const MetricRegistry& registry) {
  Balance balance = TakeBalance(registry, SinkNames(topology.config()));
  AgentStatus status;
  status.records = balance.records;
  status.read_bytes = balance.read_bytes;
  status.covered_bytes = balance.covered_bytes;
  status.skipped_bytes = balance.skipped_bytes;
  status.routed_records = balance.routed_records;
  status.filtered = std::move(balance.filtered);
  status.dropped = std::move(balance.dropped);
  status.dead_letters_down_reason = topology.dead_letters_down_reason();
  for (size_t i = 0; i < balance.sinks.size(); ++i) {
    const SinkBalance& sink = balance.sinks[i];
    status.sinks.push_back({sink.name, topology.down_reason(i), sink.routed, sink.delivered,
                            sink.rejected, sink.dropped, sink.bytes, sink.wire_bytes});
  }
  return status;
}

WorkState WorkOf(const Topology& topology, const MetricRegistry& registry) {
  const AgentStatus status = StatusOf(topology, registry);
  WorkState work;
  work.sink_down = !status.dead_letters_down_reason.empty();
  work.pending = SumOfGauges(registry, "tailrace_source_lag_bytes") > 0;
  // Of all sinks together, since a reload changes which there are. A file that waits because its
  // `throttle` wants it to does not stall.
  work.done = {status.read_bytes, status.records,
               SumOfCounters(registry, {"tailrace_throttle_waits_total"}),
               SumOfCounters(registry,
                             {"tailrace_records_delivered_total", "tailrace_records_rejected_total",
                              "tailrace_records_dropped_total"})};
  for (const SinkStatus& sink : status.sinks) {
    const uint64_t settled = sink.delivered + sink.rejected + sink.dropped;
    work.pending |= sink.routed > settled;
    work.sink_down |= !sink.down_reason.empty();
  }
  return work;
}

bool IsRemote(SinkType type) {
  return type == SinkType::kElasticsearch || type == SinkType::kKafka;
}

}  // namespace

AdminInputs ObserveTopology(const Topology& topology, const MetricRegistry& registry) {
  HealthInputs health;
  health.heartbeats = [&] {
    std::vector<const Heartbeat*> heartbeats;
    for (const Heartbeat& heartbeat : topology.heartbeats()) heartbeats.push_back(&heartbeat);
    return heartbeats;
  };
  health.work = [&] { return WorkOf(topology, registry); };
  // The state is loaded before any thread starts.
  health.readiness = [&] {
    return Readiness{true, CountOfHistogram(registry, "tailrace_tail_sweep_seconds") > 0};
  };
  return {registry, std::move(health), [&] { return StatusOf(topology, registry); },
          [&] { topology.PublishMemory(); }};
}

OnceState ObserveOnce(const Config& config, const Topology& topology,
                      const MetricRegistry& registry) {
  const AgentStatus status = StatusOf(topology, registry);
  OnceState state;
  state.work = WorkOf(topology, registry);
  state.work.pending = true;  // Else it would have ended.
  state.work.sink_down = false;
  const auto add = [&](std::string_view text) {
    if (!state.why.empty()) state.why += "; ";
    state.why += text;
  };
  if (!status.dead_letters_down_reason.empty()) add(status.dead_letters_down_reason);
  for (size_t i = 0; i < status.sinks.size(); ++i) {
    const SinkStatus& sink = status.sinks[i];
    const uint64_t settled = sink.delivered + sink.rejected + sink.dropped;
    if (!sink.down_reason.empty()) {
      state.work.sink_down |= IsRemote(config.sinks[i].type);
      add(Concat({"sink ", sink.name, ": ", sink.down_reason}));
    } else if (sink.routed > settled) {
      add(Concat({"sink ", sink.name, ": ", std::to_string(sink.routed - settled),
                  " records are not confirmed"}));
    }
  }
  if (state.why.empty()) add("the files are not read to their end");
  return state;
}

}  // namespace tailrace
