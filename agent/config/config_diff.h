// What differs between the config that runs and the one that is to run: what a reload has to do,
// and what it cannot do.
//
// Threads    Any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/config/config.h"

namespace tailrace {

enum class ItemFate : uint8_t { kKept, kChanged, kAdded };

// One source or sink of the new config.
struct ItemDiff {
  ItemFate fate = ItemFate::kAdded;
  size_t before = 0;  // Its position in the old one. Not for kAdded.
};

struct ConfigDiff {
  std::vector<ItemDiff> sources;  // By position in the new config.
  std::vector<ItemDiff> sinks;
  std::vector<size_t> removed_sources;  // Positions in the old one.
  std::vector<size_t> removed_sinks;
  // "agent.workers", ...: what changed and holds from the next start on.
  std::vector<std::string> at_next_start;
};

ConfigDiff DiffConfigs(const Config& before, const Config& after);

// Whether what one encoded for a sink can be sent by the client of the other: it has the same type
// and puts the same things into a record's address.
bool TakesPayloadsOf(const SinkConfig& after, const SinkConfig& before);

// `after` as far as a running agent can follow it: what the diff names at_next_start is as in
// `before`.
Config WithoutRestart(const Config& before, Config after);

}  // namespace tailrace
