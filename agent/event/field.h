// A Field is one name and value of a record, as parsers find them, stages change them and encoders
// write them.
//
// Threads    A plain value.
// Ownership  Views of the record's text, of the batch's ByteArena, or of something that lives as
//            long as the plan (a name from the config).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tailrace {

enum class FieldKind : uint8_t {
  kText,        // The text itself: any bytes, to be escaped when it is written.
  kJsonString,  // What stands between the quotes of a JSON string, its escapes included.
  kNumber,      // From here on a JSON token as it is written.
  kTrue,
  kFalse,
  kNull,
  kObject,
  kArray,
};

struct Field {
  std::string_view name;  // Not escaped. Dots are levels where `ours` is set, else part of it.
  std::string_view value;
  FieldKind kind = FieldKind::kText;
  // Named by the config, so it may stand where an application's own field may not.
  bool ours = false;

  bool is_string() const { return kind <= FieldKind::kJsonString; }
};

using FieldList = std::vector<Field>;

// The last field of that name, or nullptr.
inline Field* FindField(FieldList& fields, std::string_view name) {
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->name == name) return &*field;
  }
  return nullptr;
}

}  // namespace tailrace
