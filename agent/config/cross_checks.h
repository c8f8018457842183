// Checks of what spans sections: whether the parts fit together and into the memory, and whether
// some part of the config can never do anything.
//
// Threads    Not thread-safe.
// Failure    Errors and warnings are added to the diagnostics.
#pragma once

#include "agent/config/config.h"
#include "agent/config/map_reader.h"
#include "agent/config/pipeline_section.h"

namespace tailrace {

// Lines of max_line and batches fit into the shares of memory_limit; no two sinks write one file.
void CheckFit(LoadContext& context, const Config& config, const SectionNames& names);

// Sources that nobody reads, sinks that get nothing, pipelines behind one that takes everything,
// labels that are missing in names of destinations, sinks that write what a source reads.
void WarnAboutUnused(LoadContext& context, const Config& config, const SectionNames& names);

}  // namespace tailrace
