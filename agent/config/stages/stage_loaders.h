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

// value_stages.cc
std::optional<StageMaker> LoadCast(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadLowercase(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadUppercase(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadReplace(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadFlatten(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadNest(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadSchema(StageLoad& load, const YamlNode& value);

// rate_stages.cc
std::optional<StageMaker> LoadSample(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadThrottle(StageLoad& load, const YamlNode& value);
std::optional<StageMaker> LoadDedupe(StageLoad& load, const YamlNode& value);

// lookup_stages.cc
std::optional<StageMaker> LoadLookup(StageLoad& load, const YamlNode& value);

}  // namespace tailrace
