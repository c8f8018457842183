#include "agent/pipeline/flow_counters.h"

namespace tailrace {
namespace {

Counter& Skipped(MetricRegistry& registry, const std::string& source, const char* reason) {
  return registry.GetCounter("tailrace_source_skipped_bytes_total",
                             "Bytes that were read and passed over, by reason.",
                             {{"source", source}, {"reason", reason}});
}

std::array<Counter*, kSkipReasonCount> SkippedByReader(MetricRegistry& registry,
                                                       const std::string& source) {
  std::array<Counter*, kSkipReasonCount> counters{};
  for (int reason = 0; reason < kSkipReasonCount; ++reason) {
    const char* const name = SkipReasonName(static_cast<SkipReason>(reason));
    counters[static_cast<size_t>(reason)] = &Skipped(registry, source, name);
  }
  return counters;
}

Counter& Odd(MetricRegistry& registry, const std::string& source, const char* kind) {
  return registry.GetCounter("tailrace_source_odd_records_total",
                             "Records that were cut, sent before their end, or not in the format "
                             "of their source.",
                             {{"source", source}, {"kind", kind}});
}

SourceFlow MakeSource(MetricRegistry& registry, const std::string& source) {
  return {registry.GetCounter("tailrace_source_read_records_total", "Records that were framed.",
                              {{"source", source}}),
          registry.GetCounter("tailrace_source_covered_bytes_total",
                              "Source bytes that framed records stand for.", {{"source", source}}),
          Skipped(registry, source, "nul_run"),
          Skipped(registry, source, "line_too_long"),
          Skipped(registry, source, "byte_order_mark"),
          SkippedByReader(registry, source),
          Odd(registry, source, "cut"),
          Odd(registry, source, "partial"),
          Odd(registry, source, "malformed")};
}

Counter& Early(MetricRegistry& registry, const std::string& pipeline, const char* reason) {
  return registry.GetCounter("tailrace_multiline_early_events_total",
                             "Multiline events that went out before a line ended them, by reason.",
                             {{"pipeline", pipeline}, {"reason", reason}});
}

Counter& EarlySummary(MetricRegistry& registry, const std::string& pipeline,
                      const std::string& rule, const char* reason) {
  return registry.GetCounter("tailrace_dedupe_early_summaries_total",
                             "Summaries that went out before their window was over, by reason.",
                             {{"pipeline", pipeline}, {"rule", rule}, {"reason", reason}});
}

Counter& Document(MetricRegistry& registry, const char* kind) {
  return registry.GetCounter("tailrace_document_fixes_total",
                             "Records whose document differs from what the source sent, by kind.",
                             {{"kind", kind}});
}

}  // namespace

MultilineFlow::MultilineFlow(MetricRegistry& registry, const std::string& pipeline)
    : lines_taken(registry.GetCounter("tailrace_multiline_taken_lines_total",
                                      "Lines that multiline took, be they held or sent.",
                                      {{"pipeline", pipeline}})),
      lines_sent(registry.GetCounter("tailrace_multiline_sent_lines_total",
                                     "Lines of the events that went out of multiline.",
                                     {{"pipeline", pipeline}})),
      events(registry.GetCounter("tailrace_multiline_events_total",
                                 "Events that went out of multiline, of one line or of several.",
                                 {{"pipeline", pipeline}})),
      timeouts(Early(registry, pipeline, "timeout")),
      bounds(Early(registry, pipeline, "bound")),
      evictions(Early(registry, pipeline, "evicted")) {}

DedupeFlow::DedupeFlow(MetricRegistry& registry, const std::string& pipeline,
                       const std::string& rule)
    : summaries(registry.GetCounter("tailrace_records_summaries_total",
                                    "Records that `dedupe` made to stand for those it filtered.",
                                    {{"pipeline", pipeline}, {"rule", rule}})),
      crowded(EarlySummary(registry, pipeline, rule, "max_keys")),
      evictions(EarlySummary(registry, pipeline, rule, "memory")),
      spans(EarlySummary(registry, pipeline, rule, "span")) {}

FlowCounters::FlowCounters(MetricRegistry& registry, const std::vector<std::string>& source_names)
    : no_pipeline(registry.GetCounter("tailrace_records_filtered_total",
                                      "Records that a rule left out.", {{"rule", "no_pipeline"}})),
      routed(registry.GetCounter("tailrace_records_routed_total",
                                 "Records that came to the end of a pipeline.")),
      copied(registry.GetCounter("tailrace_records_copied_total",
                                 "Records that `continue` passed on to one more pipeline.")),
      parse_errors(registry.GetCounter("tailrace_parse_errors_total",
                                       "Records that a parser refused; they go out as text.",
                                       {{"rule", "json"}})),
      duplicate_keys(Document(registry, "duplicate_keys")),
      moved_fields(Document(registry, "moved_fields")),
      not_utf8(Document(registry, "not_utf8")),
      evicted_pieces(registry.GetCounter(
          "tailrace_framing_evicted_total",
          "Unfinished lines that went out early because memory for them was used up.")),
      throttle_waits(registry.GetCounter("tailrace_throttle_waits_total",
                                         "Looks at files that a delaying throttle held back.")) {
  for (const std::string& name : source_names) AddSource(registry, name);
}

void FlowCounters::AddSource(MetricRegistry& registry, const std::string& source) {
  sources.push_back(MakeSource(registry, source));
}

std::vector<SourceFlow*> FlowCounters::SourcePointers() {
  std::vector<SourceFlow*> pointers;
  pointers.reserve(sources.size());
  for (SourceFlow& source : sources) pointers.push_back(&source);
  return pointers;
}

}  // namespace tailrace
