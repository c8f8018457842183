// What /api/v1/status says: the agent's ledger of bytes and records while it runs, and how its
// sinks do.
//
// Threads    Values; any.
// Units      Counts since the start of the process. While the agent runs the sides of the ledger
//            differ by what is in flight.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tailrace {

struct SinkStatus {
  std::string name;
  std::string down_reason;  // "" while it takes what it is sent.
  uint64_t routed = 0;      // Records, as the next three.
  uint64_t delivered = 0;
  uint64_t rejected = 0;
  uint64_t dropped = 0;
  uint64_t bytes = 0;       // Of delivered documents.
  uint64_t wire_bytes = 0;  // That went out.
};

struct AgentStatus {
  uint64_t records = 0;
  uint64_t read_bytes = 0;
  uint64_t covered_bytes = 0;  // That records stand for.
  uint64_t skipped_bytes = 0;  // Passed over, for whatever reason.
  uint64_t routed_records = 0;
  std::map<std::string, uint64_t> filtered;  // By rule.
  std::map<std::string, uint64_t> dropped;   // By reason.
  std::vector<SinkStatus> sinks;
  std::string dead_letters_down_reason;  // "" while dead letters can be written.
};

// What the admin server itself knows.
struct ServerStatus {
  std::chrono::nanoseconds uptime{0};
  bool live = true;
  bool ready = true;
};

// One JSON object:
//   {"version":"0.1.0","uptime_seconds":1.5,"live":true,"ready":true,"records":3,"read_bytes":120,
//    "covered_bytes":100,"skipped_bytes":20,"bytes_in_flight":0,"routed_records":2,
//    "filtered":{"no_pipeline":1},"dropped":{},
//    "sinks":{"es":{"down_reason":"","routed":2,"delivered":1,"rejected":0,"dropped":0,
//                   "in_flight":1,"bytes":80,"wire_bytes":60}},
//    "dead_letters":{"down_reason":""}}
// `*in_flight` may be off by what happened while the counters were read, even below zero.
std::string RenderStatus(const AgentStatus& status, const ServerStatus& server);

}  // namespace tailrace
