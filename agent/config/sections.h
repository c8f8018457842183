// The top level of the config, gathered from one file or from all files of a folder: each section
// is the concatenation of what the files say of it, in the order of the files.
//
// Threads    Not thread-safe.
// Ownership  Points into the YamlDocuments, which outlive it.
// Failure    Unknown sections, sections that are no maps, and a key of a section that stands in two
//            files are added to the diagnostics.
#pragma once

#include <memory>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/yaml/yaml_document.h"

namespace tailrace {

struct Sections {
  std::vector<YamlEntry> agent;
  std::vector<YamlEntry> sources;
  std::vector<YamlEntry> pipelines;
  std::vector<YamlEntry> sinks;
};

Sections GatherSections(LoadContext& context,
                        const std::vector<std::unique_ptr<YamlDocument>>& documents);

}  // namespace tailrace
