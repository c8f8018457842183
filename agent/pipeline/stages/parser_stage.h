// `parse` takes the text of a field apart into fields. What it read from gives way to them.
//
//   from      the field whose text is parsed; `message` by default
//   into      the fields go below this one; empty: beside the others
//   on_error  what becomes of a record that every parser refuses, or that has no such field
//
// A field of the record that stands already gives way to a parsed one of its name. A parser that
// reads a time sets the record's.
//
// Threads    See StageMaker.
// Cost       That of the parsers, and a view a field.
#pragma once

#include <cstdint>
#include <string>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"
#include "parsers/chain/parser_plan.h"

namespace tailrace {

enum class OnParseError : uint8_t {
  kKeep,  // It goes on as it is, marked as refused.
  kDrop,
  kDeadLetter,
};

struct ParserStageOptions {
  ParserPlanPtr plan;
  FieldPath from;
  std::string into;
  OnParseError on_error = OnParseError::kKeep;
};

StageMaker ParserStage(ParserStageOptions options);

}  // namespace tailrace
