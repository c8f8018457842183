// Loads the section `sinks`.
//
// Threads    Not thread-safe.
// Bounds     At most 64 sinks: each has a thread.
// Failure    What is wrong is added to the diagnostics. A sink with errors is still in the result
//            and in `names`, so that references to it are not reported as well.
#pragma once

#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/map_reader.h"
#include "agent/config/name_table.h"

namespace tailrace {

// `config` has the agent's section and the sources already.
std::vector<SinkConfig> LoadSinkSection(LoadContext& context, const Config& config,
                                        const std::vector<YamlEntry>& entries, NameTable& names);

}  // namespace tailrace
