// `route` sends each record to the first of its branches whose filter matches; a branch that
// continues lets it go on to those behind it as well. What no branch takes is filtered.
//
// Threads    See StageMaker.
// Bounds     PipelineOptions::kMaxBranches.
#pragma once

#include <optional>
#include <vector>

#include "agent/lang/compiled_filter.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

struct RouteBranch {
  std::optional<CompiledFilter> when;  // Without: everything.
  bool continues = false;
};

// The bit i of StageRecord::branches stands for branches[i].
StageMaker RouteStage(std::vector<RouteBranch> branches);

}  // namespace tailrace
