// Loads the section `agent`.
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics; the result then holds defaults.
#pragma once

#include <vector>

#include "agent/config/config.h"
#include "agent/config/map_reader.h"

namespace tailrace {

AgentOptions LoadAgentSection(LoadContext& context, const std::vector<YamlEntry>& entries);

}  // namespace tailrace
