// Loads what only a sink of type kafka has.
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics.
#pragma once

#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/map_reader.h"

namespace tailrace {

// `labels` are those that streams of some source have.
void LoadKafka(MapReader& reader, const std::vector<std::string_view>& labels, SinkConfig& sink);

}  // namespace tailrace
