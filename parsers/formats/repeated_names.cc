#include "parsers/formats/repeated_names.h"

#include <algorithm>

#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

// Gives `first` the values of all fields of its name up to `end`, and takes the names from the
// others.
void Gather(Field* first, Field* end, ByteArena& arena) {
  const std::string_view name = first->name;
  size_t values = 0, bytes = 2;
  Field* last_value = first;
  for (Field* field = first; field < end; ++field) {
    if (field->name != name || field->kind != FieldKind::kText) continue;
    ++values;
    bytes += EscapeBound(field->value.size()) + 3;
    last_value = field;
  }
  char* const text = values > 1 ? arena.Allocate(bytes) : nullptr;
  char* out = text;
  for (Field* field = first; field < end; ++field) {
    if (field->name != name) continue;
    if (values > 1 && field->kind == FieldKind::kText) {
      *out = out == text ? '[' : ',';
      ++out;
      *out++ = '"';
      out = EscapeLossyTo(out, field->value);
      *out++ = '"';
    }
    if (field != first) field->name = {};
  }
  if (values <= 1) {
    first->value = last_value->value;
    first->kind = last_value->kind;
    return;
  }
  *out++ = ']';
  const auto size = static_cast<size_t>(out - text);
  arena.Shrink(bytes - size);
  first->value = {text, size};
  first->kind = FieldKind::kArray;
}

}  // namespace

bool RepeatedNames::Holds(const FieldList& fields, std::string_view name) const {
  return std::any_of(fields.begin() + static_cast<ptrdiff_t>(first_), fields.end(),
                     [&](const Field& field) { return field.name == name; });
}

void RepeatedNames::Merge(FieldList& fields, ByteArena& arena) const {
  Field* const end = fields.data() + fields.size();
  Field* const begin = fields.data() + first_;
  for (Field* field = begin; field < end; ++field) {
    if (field->name.empty()) continue;
    const auto again =
        std::find_if(field + 1, end, [&](const Field& other) { return other.name == field->name; });
    if (again != end) Gather(field, end, arena);
  }
  const Field* kept = std::remove_if(begin, end, [](const Field& f) { return f.name.empty(); });
  fields.resize(static_cast<size_t>(kept - fields.data()));
}

}  // namespace tailrace
