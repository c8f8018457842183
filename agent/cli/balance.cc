#include "agent/cli/balance.h"

#include <cstdio>
#include <numeric>

#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

std::string_view LabelOf(const MetricSeries& series, std::string_view name) {
  for (const auto& [label, value] : series.labels) {
    if (label == name) return value;
  }
  return {};
}

// Sums over all series of a family, or those whose `label` is `value`.
class Totals {
 public:
  explicit Totals(const MetricRegistry& registry) : families_(registry.Snapshot()) {}

  uint64_t Of(std::string_view family, std::string_view label = {},
              std::string_view value = {}) const {
    uint64_t total = 0;
    for (const MetricSeries& series : Series(family)) {
      if (label.empty() || LabelOf(series, label) == value) total += series.counter->value();
    }
    return total;
  }
  // Of the series with both labels.
  uint64_t Dropped(std::string_view sink, std::string_view reason) const {
    uint64_t total = 0;
    for (const MetricSeries& series : Series("tailrace_records_dropped_total")) {
      if (LabelOf(series, "sink") == sink && LabelOf(series, "reason") == reason) {
        total += series.counter->value();
      }
    }
    return total;
  }
  // Of those that never came as far as a sink.
  uint64_t DroppedWithoutSink() const {
    uint64_t total = 0;
    for (const MetricSeries& series : Series("tailrace_records_dropped_total")) {
      if (LabelOf(series, "sink").empty()) total += series.counter->value();
    }
    return total;
  }
  std::map<std::string, uint64_t> By(std::string_view family, std::string_view label) const {
    std::map<std::string, uint64_t> totals;
    for (const MetricSeries& series : Series(family)) {
      const uint64_t value = series.counter->value();
      if (value > 0) totals[std::string(LabelOf(series, label))] += value;
    }
    return totals;
  }

 private:
  const std::vector<MetricSeries>& Series(std::string_view name) const {
    static const auto& none = *new std::vector<MetricSeries>();
    for (const MetricFamily& family : families_) {
      if (family.name == name) return family.series;
    }
    return none;
  }

  const std::vector<MetricFamily> families_;
};

uint64_t SumOf(const std::map<std::string, uint64_t>& totals) {
  return std::accumulate(totals.begin(), totals.end(), uint64_t{0},
                         [](uint64_t sum, const auto& entry) { return sum + entry.second; });
}

std::string RenderMap(const std::map<std::string, uint64_t>& totals) {
  std::string out = "{";
  for (const auto& [name, value] : totals) {
    if (out.size() > 1) out += ',';
    out += '"';
    AppendEscaped(name, out);
    out += "\":" + std::to_string(value);
  }
  return out + "}";
}

std::string RenderSeconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", seconds);
  return text;
}

}  // namespace

bool Balance::balanced() const {
  if (read_bytes != covered_bytes + skipped_bytes) return false;
  if (records + copied_records + summaries !=
      SumOf(filtered) + dropped_by_stages + routed_records) {
    return false;
  }
  if (multiline_taken != multiline_sent) return false;
  for (const SinkBalance& sink : sinks) {
    if (!sink.balanced()) return false;
  }
  return true;
}

uint64_t Balance::rejected() const {
  return std::accumulate(sinks.begin(), sinks.end(), uint64_t{0},
                         [](uint64_t sum, const SinkBalance& s) { return sum + s.rejected; });
}

Balance TakeBalance(const MetricRegistry& registry, const std::vector<std::string>& sinks) {
  const Totals totals(registry);
  Balance balance;
  balance.records = totals.Of("tailrace_source_read_records_total");
  balance.read_bytes = totals.Of("tailrace_source_read_bytes_total");
  balance.covered_bytes = totals.Of("tailrace_source_covered_bytes_total");
  balance.skipped_bytes = totals.Of("tailrace_source_skipped_bytes_total");
  balance.copied_records = totals.Of("tailrace_records_copied_total");
  balance.summaries = totals.Of("tailrace_records_summaries_total");
  balance.dropped_by_stages = totals.DroppedWithoutSink();
  balance.routed_records = totals.Of("tailrace_records_routed_total");
  balance.multiline_taken = totals.By("tailrace_multiline_taken_lines_total", "pipeline");
  balance.multiline_sent = totals.By("tailrace_multiline_sent_lines_total", "pipeline");
  balance.filtered = totals.By("tailrace_records_filtered_total", "rule");
  balance.dropped = totals.By("tailrace_records_dropped_total", "reason");
  for (const std::string& name : sinks) {
    SinkBalance& sink = balance.sinks.emplace_back();
    sink.name = name;
    sink.routed = totals.Of("tailrace_sink_routed_records_total", "sink", name);
    sink.delivered = totals.Of("tailrace_records_delivered_total", "sink", name);
    sink.rejected = totals.Of("tailrace_records_rejected_total", "sink", name);
    sink.bytes = totals.Of("tailrace_sink_delivered_bytes_total", "sink", name);
    sink.wire_bytes = totals.Of("tailrace_sink_wire_bytes_total", "sink", name);
    // A dead letter that was dropped belongs to a record that counts as rejected.
    sink.dropped = totals.Dropped(name, "sink_full");
    sink.settled = totals.Of("tailrace_sink_settled_records_total", "sink", name);
    sink.dead_letters = totals.Of("tailrace_dead_letters_written_total", "sink", name) +
                        totals.Dropped(name, "dead_letters_full");
  }
  return balance;
}

std::string RenderSummary(const Balance& balance, double seconds, double cpu_seconds) {
  std::string out = "{\"records\":" + std::to_string(balance.records) +
                    ",\"bytes\":" + std::to_string(balance.read_bytes) +
                    ",\"seconds\":" + RenderSeconds(seconds) +
                    ",\"cpu_seconds\":" + RenderSeconds(cpu_seconds) +
                    ",\"filtered\":" + RenderMap(balance.filtered) +
                    ",\"dropped\":" + RenderMap(balance.dropped) + ",\"sinks\":{";
  for (const SinkBalance& sink : balance.sinks) {
    if (out.back() != '{') out += ',';
    out += '"';
    AppendEscaped(sink.name, out);
    out += "\":{\"delivered\":" + std::to_string(sink.delivered) +
           ",\"rejected\":" + std::to_string(sink.rejected) +
           ",\"bytes\":" + std::to_string(sink.bytes) +
           ",\"wire_bytes\":" + std::to_string(sink.wire_bytes) + "}";
  }
  out += "},\"balanced\":";
  out += balance.balanced() ? "true}" : "false}";
  return out;
}

}  // namespace tailrace
