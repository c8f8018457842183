// A list of fields as one JSON object, as `parse` and `test` show what a parser made: what an
// application sent as it named it, what the config names with its dots as levels.
//
//   status=200 (logfmt), http.version (a pattern)  ->  {"status":"200","http":{"version":"1.1"}}
//
// Threads    Any.
// Cost       Allocates; for people, not for events.
#pragma once

#include <span>
#include <string>

#include "agent/event/field.h"

namespace tailrace {

// Of several fields of one name the last one counts.
std::string FieldsAsJson(std::span<const Field> fields);

}  // namespace tailrace
