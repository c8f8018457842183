// `cast` gives values another type. What stands at the path keeps its place.
//
//   int       A whole number of 64 bits: 42, +42, 007, and 1.0 or 1e3, which are whole as well;
//             true is 1, false 0. A number with a fraction is none.
//   float     A number; a whole one is written with ".0", so that an index learns one type. What is
//             beyond a double, and NaN and the infinities, which JSON lacks, are none.
//   bool      true, t, yes, y, on, 1 and false, f, no, n, off, 0, in letters of either case.
//   string    What stands there, as text: of a number or object its JSON.
//   duration  1h30m, 250ms, -1.5s (ReadDuration) as a number of seconds; a bare number is seconds.
//   bytes     10KiB, 42MB, 1,024 (ReadBytes) as a whole number; a bare number is bytes; what is
//             less than a byte is cut off.
//
// Blanks around a text do not count. What is missing or null stays so and is no failure.
//
// Threads    See StageMaker.
// Failure    What cannot be cast stays as it is; counted once a value.
// Cost       10 to 20 ns a value.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

enum class CastType : uint8_t { kInt, kFloat, kBool, kString, kDuration, kBytes };

struct CastField {
  FieldPath path;
  CastType type = CastType::kString;
};

StageMaker CastStage(std::vector<CastField> fields);

}  // namespace tailrace
