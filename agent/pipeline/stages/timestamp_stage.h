// `timestamp` reads a record's time from a field, which it takes away. Where the field is missing
// or is no time of any of the layouts, the record keeps the time that it has, and the field;
// counted.
//
// Threads    See StageMaker.
// Cost       See LayoutReader: about 30 ns where the minute is that of the record before.
#pragma once

#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"
#include "parsers/time_layout.h"

namespace tailrace {

struct TimestampOptions {
  FieldPath field;
  std::vector<TimeLayout> layouts;  // Tried in this order.
};

StageMaker TimestampStage(TimestampOptions options);

}  // namespace tailrace
