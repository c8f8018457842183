// Loads the section `pipelines`.
//
// Threads    Not thread-safe.
// Bounds     At most 256 pipelines.
// Failure    What is wrong is added to the diagnostics.
#pragma once

#include <vector>

#include "agent/config/config.h"
#include "agent/config/map_reader.h"
#include "agent/config/name_table.h"
#include "agent/config/preset_library.h"

namespace tailrace {

// What a pipeline can refer to, and where its own name goes.
struct SectionNames {
  NameTable sources{"source"};
  NameTable pipelines{"pipeline"};
  NameTable sinks{"sink"};
};

// `config` has the sources already.
std::vector<PipelineOptions> LoadPipelineSection(LoadContext& context, const Config& config,
                                                 const std::vector<YamlEntry>& entries,
                                                 SectionNames& names, PresetLibrary& presets);

}  // namespace tailrace
