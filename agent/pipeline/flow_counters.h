// The worker's side of the ledger of bytes and records: what became of everything that it framed.
// Together with the reader's and the lanes' counters it must balance (see balance.h).
//
// Threads    Any (relaxed atomics); each is written by the workers.
// Ownership  References into the MetricRegistry.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/event/segment.h"

namespace tailrace {

struct SourceFlow {
  Counter& records;          // tailrace_source_read_records_total
  Counter& covered_bytes;    // Source bytes that records stand for.
  Counter& nul_bytes;        // Passed over: NUL runs.
  Counter& line_rest_bytes;  // Passed over: behind the cut of a line that is too long.
  Counter& bom_bytes;        // Passed over: byte order marks.
  // Passed over by the reader, by SkipReason.
  std::array<Counter*, kSkipReasonCount> skipped;
  Counter& cut_records;
  Counter& partial_records;
  Counter& malformed_records;
};

// Of the stage `multiline` of one pipeline.
struct MultilineFlow {
  MultilineFlow(MetricRegistry& registry, const std::string& pipeline);

  Counter& lines_taken;  // Once each of them is in an event that went out, so many
  Counter& lines_sent;   // ... are here.
  Counter& events;
  // Events that went out before a line ended them.
  Counter& timeouts;
  Counter& bounds;
  Counter& evictions;
};

// Of one stage `dedupe`.
struct DedupeFlow {
  DedupeFlow(MetricRegistry& registry, const std::string& pipeline, const std::string& rule);

  Counter& summaries;
  // Summaries that went out before their window was over.
  Counter& crowded;
  Counter& evictions;
  Counter& spans;
};

struct FlowCounters {
  FlowCounters(MetricRegistry& registry, const std::vector<std::string>& sources);

  // The next SourceId. By the control thread, the only one that looks at `sources` itself; what
  // stands in it stays where it is.
  void AddSource(MetricRegistry& registry, const std::string& source);
  std::vector<SourceFlow*> SourcePointers();

  std::deque<SourceFlow> sources;  // By SourceId.
  Counter& no_pipeline;            // tailrace_records_filtered_total{rule="no_pipeline"}
  Counter& routed;                 // Records that came to the end of a pipeline.
  Counter& copied;                 // Records that `continue` passed on to one more pipeline.
  Counter& parse_errors;           // Records that `parse` refused; they go out as text.
  Counter& duplicate_keys;         // Records in which a later key replaced an earlier one.
  Counter& moved_fields;           // Records in which fields were moved below `app`.
  Counter& not_utf8;               // Text records that were not valid UTF-8.
  Counter& evicted_pieces;         // Files whose pieces and events went out early: no room in the
                                   // framing share.
  Counter& throttle_waits;         // Looks at a file that a delaying `throttle` holds back.
};

}  // namespace tailrace
