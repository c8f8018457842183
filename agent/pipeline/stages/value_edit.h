// Giving a value that was found in a record another one, where it stands: a field keeps its place
// and its rights, and an object keeps its order.
//
// Threads    Any; free functions.
// Ownership  Objects that are written anew live in the arena.
// Cost       A pass over the fields; an object whose member changes is copied. Nothing is
// allocated.
#pragma once

#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/lang/field_path.h"

namespace tailrace {

// What may be read behind a value (see FieldWriter).
inline constexpr size_t kValuePaddingBytes = 16;

// `found` is what `path.Find(fields)` returned.
// REQUIRES: kValuePaddingBytes may be read behind `value`; of JSON kinds, it is valid JSON.
void ReplaceValue(FieldList& fields, const FieldPath& path, const FieldValue& found,
                  std::string_view value, FieldKind kind, ByteArena& arena);

// What a JSON token is as a field: its kind, and without the quotes of a string.
Field FieldOfToken(std::string_view name, std::string_view token);

}  // namespace tailrace
