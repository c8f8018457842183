// Taking fields out of a record and putting them in, by path.
//
//   Take  removes what FieldPath::Find finds: the fields of that name, or the member of a JSON
//   object Put   takes the place of what is there, and adds a field of the config's own
//
// Threads    Any; free functions.
// Ownership  Objects that are written anew, and names, live in the arena.
// Cost       A pass over the fields; an object that loses a member is copied. Nothing is allocated.
#pragma once

#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/lang/field_path.h"

namespace tailrace {

// What stood there, or a value that is not found.
FieldValue TakeField(FieldList& fields, const FieldPath& path, ByteArena& arena);

// REQUIRES: 16 bytes may be read behind `value`; of JSON kinds, it is valid JSON.
void PutField(FieldList& fields, const FieldPath& path, std::string_view value, FieldKind kind,
              ByteArena& arena);

}  // namespace tailrace
