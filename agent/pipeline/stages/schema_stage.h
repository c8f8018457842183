// `schema` gives the names that applications use for well-known things those of a standard: of the
// Elastic Common Schema, or of OpenTelemetry's log data model.
//
// The tables are data: see SchemaNames. A name that is in no table stays. What stands at a
// standard's name already is not replaced, and of several names for one thing the one that comes
// first in the table wins; the others stay as they are, so that nothing is lost.
//
// Threads    See StageMaker.
// Cost       One look at each field of the record, 5 ns, and 20 ns for each that is renamed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "agent/pipeline/stages/stage.h"

namespace tailrace {

enum class SchemaStandard : uint8_t { kEcs, kOtel };

// What a value must be to be renamed.
enum class SchemaValue : uint8_t {
  kAny,  // But no object or list.
  kText,
  kNumber,
  kHttpStatus,  // A whole number from 100 to 599, or a text that is one.
};

// Applications' names are compared without regard to case, and `_`, `-` and `.` are all one:
// "trace_id" stands for traceId, trace-id, Trace.Id and TRACEID.
struct SchemaName {
  std::string_view from;  // In lower case, without those.
  std::string_view to;
  SchemaValue value = SchemaValue::kAny;
};

std::span<const SchemaName> SchemaNames(SchemaStandard standard);

StageMaker SchemaStage(SchemaStandard standard);

}  // namespace tailrace
