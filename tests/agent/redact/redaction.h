// Redaction of single values, for tests.
//
// Threads    Any.
#pragma once

#include <string>
#include <string_view>

#include "agent/event/field.h"
#include "agent/redact/redactor.h"

namespace tailrace {

// CHECKs that the options are valid.
Redactor CompileOrDie(const RedactOptions& options);

// The value of a record's only field after redaction.
std::string RedactOne(Redactor& redactor, FieldKind kind, std::string_view name,
                      std::string_view value);

}  // namespace tailrace
