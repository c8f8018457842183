// Stages that put, move and take fields: `set`, `rename`, `remove`, `keep_fields`.
//
//   set          gives each field a value: a constant, or a template of labels and fields. A
//   template
//                that is one field takes its value over with its type, and does nothing where that
//                is missing.
//   rename       moves the value of one path to another; nothing happens where there is none. What
//                stands at the new place gives way.
//   remove       takes fields away.
//   keep_fields  takes all fields away but these. The agent's own metadata are no fields.
//
// Threads    See StageMaker.
#pragma once

#include <string>
#include <vector>

#include "agent/event/field.h"
#include "agent/lang/field_path.h"
#include "agent/lang/value_template.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

struct SetField {
  FieldPath path;
  FieldKind kind = FieldKind::kText;  // Any other: `constant` is that JSON token.
  std::string constant;
  ValueTemplate value;  // Of kText.
};

struct RenameField {
  FieldPath from;
  FieldPath to;
};

StageMaker SetStage(std::vector<SetField> fields);
StageMaker RenameStage(std::vector<RenameField> fields);
StageMaker RemoveStage(std::vector<FieldPath> fields);
StageMaker KeepFieldsStage(std::vector<FieldPath> fields);

}  // namespace tailrace
