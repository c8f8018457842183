// What the loader of one stage is given, and the values that stages have in common: paths of
// fields, filters, templates.
//
//   std::optional<StageMaker> LoadLower(StageLoad& load, const YamlNode& value);
//
// A loader reads the value of its key (`lowercase: [level]`), and what stands beside that key by
// `load.beside`. It returns nullopt after an error.
//
// Threads    Not thread-safe; lives while a stage is loaded.
// Failure    What is wrong is added to the diagnostics, with its place.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/config/name_table.h"
#include "agent/config/preset_library.h"
#include "agent/lang/compiled_filter.h"
#include "agent/lang/field_path.h"
#include "agent/lang/value_template.h"
#include "agent/pipeline/pipeline_options.h"

namespace tailrace {

struct StageLoad {
  LoadContext& context;
  PresetLibrary& presets;
  const NameScope& scope;     // The labels of the pipeline's sources.
  const NameTable& sinks;     // For `route`.
  MapReader& beside;          // The stage's own map.
  PipelineOptions& pipeline;  // With the stages before this one.
  StageSpec& spec;  // Of this one; `uses`, `makes` and `parser` are for the loader to fill in.
  // Set by a stage that a pipeline of nothing else does not need.
  std::optional<PlainParse> plain = std::nullopt;
};

enum class PathUse : uint8_t {
  kRead,
  kWrite,  // An error where the agent keeps that name for itself.
};

// `key` begins messages: "\"lowercase\": expected ...".
std::optional<FieldPath> LoadPath(StageLoad& load, const YamlNode& node, std::string_view key,
                                  PathUse use);
// One path or a list of them, at least one.
std::optional<std::vector<FieldPath>> LoadPaths(StageLoad& load, const YamlNode& node,
                                                std::string_view key, PathUse use);
std::optional<CompiledFilter> LoadFilter(StageLoad& load, const YamlNode& node,
                                         std::string_view key);
std::optional<ValueTemplate> LoadTemplate(StageLoad& load, const YamlNode& node,
                                          std::string_view key);

// kInvalidArgument for a name that the agent's own metadata have, and for one below such a name.
absl::Status CheckWritable(std::string_view field);

}  // namespace tailrace
