// `drop` ends the way of the records that its filter matches, `keep` that of those which it does
// not.
//
// Threads    See StageMaker.
#pragma once

#include <cstdint>

#include "agent/lang/compiled_filter.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

enum class FilterAction : uint8_t { kDrop, kKeep };

StageMaker FilterStage(CompiledFilter filter, FilterAction action);

}  // namespace tailrace
