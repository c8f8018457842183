#include "agent/pipeline/stages/field_edit.h"

#include <cstring>

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"

namespace tailrace {
namespace {

// The name that the segments [first, last) make together.
std::string_view JoinedName(const FieldPath& path, size_t first, size_t last) {
  size_t begin = 0;
  for (size_t i = 0; i < first; ++i) begin += path.segment(i).size() + 1;
  size_t length = last - first - 1;  // The dots.
  for (size_t i = first; i < last; ++i) length += path.segment(i).size();
  return std::string_view(path.name()).substr(begin, length);
}

// Whether `object` holds what the segments from `from` on name.
bool HoldsMember(std::string_view object, const FieldPath& path, size_t from) {
  for (JsonMembers members(object); members.Next();) {
    for (size_t last = path.size(); last > from; --last) {
      if (!UnescapesTo(members.name(), JoinedName(path, from, last))) continue;
      if (last == path.size()) return true;
      if (members.value().front() == '{' && HoldsMember(members.value(), path, last)) return true;
    }
  }
  return false;
}

char* Put(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// Writes `object` without what the segments from `from` on name; the first such member of all goes.
char* WriteWithout(std::string_view object, const FieldPath& path, size_t from, char* out) {
  *out++ = '{';
  bool comma = false;
  bool taken = false;
  for (JsonMembers members(object); members.Next();) {
    size_t below = 0;  // Of the segments that name this member, if what goes is in it.
    bool goes = false;
    for (size_t last = path.size(); last > from && !taken && !goes && below == 0; --last) {
      if (!UnescapesTo(members.name(), JoinedName(path, from, last))) continue;
      goes = last == path.size();
      const bool inside = !goes && members.value().front() == '{';
      if (inside && HoldsMember(members.value(), path, last)) below = last;
    }
    taken |= goes || below > 0;
    if (goes) continue;
    if (comma) *out++ = ',';
    comma = true;
    *out++ = '"';
    out = Put(out, members.name());
    out = Put(out, "\":");
    out = below > 0 ? WriteWithout(members.value(), path, below, out) : Put(out, members.value());
  }
  *out++ = '}';
  return out;
}

bool RemoveFrom(FieldList& fields, const FieldPath& path, size_t segments, ByteArena& arena) {
  const std::string_view name = JoinedName(path, 0, segments);
  if (segments == path.size()) {
    return std::erase_if(fields, [&](const Field& field) { return field.name == name; }) > 0;
  }
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->name != name || field->kind != FieldKind::kObject) continue;
    if (!HoldsMember(field->value, path, segments)) continue;
    char* const begin = arena.Allocate(field->value.size());
    const auto size =
        static_cast<size_t>(WriteWithout(field->value, path, segments, begin) - begin);
    arena.Shrink(field->value.size() - size);
    field->value = {begin, size};
    return true;
  }
  return false;
}

}  // namespace

FieldValue TakeField(FieldList& fields, const FieldPath& path, ByteArena& arena) {
  const FieldValue found = path.Find(fields);
  if (!found.found) return found;
  for (size_t segments = path.size(); segments > 0; --segments) {
    if (RemoveFrom(fields, path, segments, arena)) break;
  }
  return found;
}

void PutField(FieldList& fields, const FieldPath& path, std::string_view value, FieldKind kind,
              ByteArena& arena) {
  TakeField(fields, path, arena);
  fields.push_back({path.name(), value, kind, /*ours=*/true});
}

}  // namespace tailrace
