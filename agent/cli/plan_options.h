// From the config to the options of the parts that a topology and a rehearsal have in common.
//
// Threads    Any.
#pragma once

#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/pipeline/pipeline_options.h"
#include "parsers/framer_options.h"

namespace tailrace {

std::vector<std::string> SourceNames(const Config& config);
PlanOptions MakePlanOptions(const Config& config);
// The format comes with each file.
FramerOptions MakeFramerOptions(const SourceConfig& source);

}  // namespace tailrace
