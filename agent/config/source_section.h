// Loads the section `sources`.
//
// Threads    Not thread-safe.
// Bounds     At most 256 sources.
// Failure    What is wrong is added to the diagnostics. A source with errors is still in the result
//            and in `names`, so that references to it are not reported as well.
#pragma once

#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/map_reader.h"
#include "agent/config/name_table.h"

namespace tailrace {

std::vector<SourceConfig> LoadSourceSection(LoadContext& context,
                                            const std::vector<YamlEntry>& entries,
                                            NameTable& names);

// The names of the labels that streams of this source have.
std::vector<std::string_view> LabelsOf(const SourceConfig& source);

}  // namespace tailrace
