// Reads a preset, which is a YAML file of its own (conf/README.md says what may stand in it), and
// the tests that it brings along.
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/config/preset_library.h"
#include "agent/yaml/yaml_node.h"
#include "parsers/chain/parser_spec.h"

namespace tailrace {

// nullptr after an error. `presets` are those that its parsers may name.
std::shared_ptr<const PresetSpec> LoadPreset(LoadContext& context, PresetLibrary& presets,
                                             std::string_view name, const YamlNode& root);

std::vector<PresetTest> LoadPresetTests(LoadContext& context, std::string_view name,
                                        const YamlNode& root);

}  // namespace tailrace
