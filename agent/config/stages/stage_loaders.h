// The loaders of the stages, by the key that names each (agent/config/stage_load.h).
//
// Threads    Not thread-safe.
// Failure    nullopt after an error, which is in the diagnostics.
#pragma once

#include <optional>

#include "agent/config/stage_load.h"

namespace tailrace {

// parse_stages.cc
std::optional<StageMaker> LoadParse(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadTimestamp(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadRedaction(StageLoad& load, const YamlNode& value);

// field_stages.cc
std::optional<StageMaker> LoadSet(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadRename(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadRemove(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadKeepFields(StageLoad& load, const YamlNode& value);

// filter_stages.cc
std::optional<StageMaker> LoadDrop(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadKeep(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadRoute(StageLoad& load, const YamlNode& value);

}  // namespace tailrace
