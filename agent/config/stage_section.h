// Loads the list `stages` of a pipeline. A stage is a map with one key that says what it does, and
// beside it `name`, `when`, and what that stage itself knows.
//
// Threads    Not thread-safe.
// Bounds     64 stages a pipeline.
// Failure    What is wrong is added to the diagnostics.
#pragma once

#include "agent/config/map_reader.h"
#include "agent/config/name_table.h"
#include "agent/config/preset_library.h"
#include "agent/lang/name_scope.h"
#include "agent/pipeline/pipeline_options.h"

namespace tailrace {

// What stages refer to.
struct StageScope {
  PresetLibrary& presets;
  const NameScope& labels;  // Of the pipeline's sources.
  const NameTable& sinks;
};

// Fills in the stages, branches and plain_parse of `pipeline` from its key `stages`.
void LoadStages(LoadContext& context, MapReader& reader, const StageScope& scope,
                PipelineOptions& pipeline);

}  // namespace tailrace
