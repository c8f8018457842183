// `flatten` spreads the members of JSON objects over fields of their own, whose names have dots
// where the levels were:
//
//   {"http": {"status": 200, "tags": [{"a": 1}], "x": {}}}
//   {"http.status": 200, "http.tags": [{"a": 1}], "http.x": {}}
//
// Arrays stay, and what is in them; so do empty objects, and objects below `depth` levels. A field
// that the config itself put there (`set`, `into`) keeps its right to its name; its dots are levels
// of the document as before.
//
// Threads    See StageMaker.
// Bounds     `depth` levels, kFieldsMax fields a record: what would go beyond stays an object.
// Failure    An object that stays for the sake of kFieldsMax is counted.
// Cost       About 2 ns for each byte of the objects.
#pragma once

#include <cstddef>
#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

struct FlattenOptions {
  static constexpr size_t kDepthMax = 32;
  static constexpr size_t kFieldsMax = 1000;

  std::vector<FieldPath> fields;  // None: every field.
  size_t depth = 10;              // Levels of objects that are taken apart, the field's own too.
};

StageMaker FlattenStage(FlattenOptions options);

}  // namespace tailrace
