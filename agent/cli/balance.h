// The agent's ledger of what it read and what became of it, from counters of different threads:
// the reader counts bytes, workers count records, lanes count verdicts. A record that one side
// lost shows as sides that differ.
//
//   bytes read               = bytes that records stand for + bytes passed over, by reason
//   records framed + copied by `continue` + summaries of `dedupe`
//                            = filtered + dropped by a stage + routed somewhere
//   lines of multiline       = lines of the events that it made, for each pipeline
//   routed to a sink         = delivered + rejected + dropped, for each sink
//   delivered + rejected     = verdicts that came back to the workers
//   rejected                 = dead letters written + dead letters dropped
//
// A record is a line, joined of its pieces, or, of a file whose first pipeline has the stage
// `multiline`, an event. What goes to a sink is counted by the pipeline that it comes from, whose
// rules may be others.
//
// Threads    Any, after all threads have ended; before that the sides differ by what is in flight.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/base/metrics.h"

namespace tailrace {

struct SinkBalance {
  std::string name;
  uint64_t routed = 0;
  uint64_t delivered = 0;
  uint64_t rejected = 0;
  uint64_t dropped = 0;
  uint64_t settled = 0;
  uint64_t dead_letters = 0;  // Written or dropped.
  uint64_t bytes = 0;         // Of delivered documents.
  uint64_t wire_bytes = 0;    // That went out.

  bool balanced() const {
    return routed == delivered + rejected + dropped && settled == delivered + rejected &&
           dead_letters == rejected;
  }
};

struct Balance {
  uint64_t records = 0;
  uint64_t read_bytes = 0;
  uint64_t covered_bytes = 0;
  uint64_t skipped_bytes = 0;
  uint64_t copied_records = 0;
  uint64_t summaries = 0;
  uint64_t routed_records = 0;
  uint64_t dropped_by_stages = 0;
  std::map<std::string, uint64_t> multiline_taken;  // Lines, by pipeline.
  std::map<std::string, uint64_t> multiline_sent;
  std::map<std::string, uint64_t> filtered;  // By rule.
  std::map<std::string, uint64_t> dropped;   // By reason, in all sinks.
  std::vector<SinkBalance> sinks;

  bool balanced() const;
  uint64_t rejected() const;
};

// From the agent's metrics, whose names are its interface.
Balance TakeBalance(const MetricRegistry& registry, const std::vector<std::string>& sinks);

// The last line of `run --once`: one JSON object, as README.md describes it.
std::string RenderSummary(const Balance& balance, double seconds, double cpu_seconds);

}  // namespace tailrace
