// The reference to a named pattern within a grok pattern: `%{NAME}`, `%{NAME:field}` or
// `%{NAME:field:type}`.
//
// Threads  Any.
#pragma once

#include <string>
#include <string_view>

#include "agent/pattern/regex_cursor.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

struct GrokReference {
  std::string_view pattern;
  RegexCapture capture;  // Without a name when the reference names no field.
};

bool IsNameByte(char byte);

// `[a][b]` as `a.b`; any other name as it is. Empty when brackets do not match.
std::string FieldName(std::string_view name);

// Reads "%{" to "}". Types: int (or long), float (or double), bool (or boolean), string.
// REQUIRES: the cursor stands at "%{".
GrokReference ReadReference(RegexCursor& cursor);

}  // namespace tailrace
