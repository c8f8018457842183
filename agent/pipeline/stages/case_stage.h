// `lowercase` and `uppercase` change the letters of texts. Only those of ASCII: what is beyond it
// stays, in UTF-8 or not, since other letters change by language, and some by length.
//
// Values that are no texts stay as they are.
//
// Threads    See StageMaker.
// Cost       A pass over the text; a copy where a letter changes.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

enum class LetterCase : uint8_t { kLower, kUpper };

StageMaker CaseStage(std::vector<FieldPath> fields, LetterCase letter_case);

}  // namespace tailrace
