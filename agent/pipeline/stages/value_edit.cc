#include "agent/pipeline/stages/value_edit.h"

#include <cstring>

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"

namespace tailrace {
namespace {

char* Put(char* out, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// Room for `value` as a JSON token.
size_t TokenBound(std::string_view value, FieldKind kind) {
  return kind == FieldKind::kText ? EscapeBound(value.size()) + 2 : value.size() + 2;
}

char* PutToken(char* out, std::string_view value, FieldKind kind) noexcept {
  if (kind > FieldKind::kJsonString) return Put(out, value);
  *out++ = '"';
  out = kind == FieldKind::kText ? EscapeLossyTo(out, value) : Put(out, value);
  *out++ = '"';
  return out;
}

bool IsBelow(std::string_view name, std::string_view root) {
  return name.size() > root.size() && name.starts_with(root) && name[root.size()] == '.';
}

// The member's token within `object`, its quotes included; null where `found` is not in it.
std::string_view TokenIn(std::string_view object, const FieldValue& found) {
  const char* begin = found.text.data();
  const char* end = begin + found.text.size();
  if (begin <= object.data() || end >= object.data() + object.size()) return {};
  const size_t quotes = found.kind == FieldKind::kJsonString ? 1 : 0;
  return {begin - quotes, found.text.size() + 2 * quotes};
}

}  // namespace

void ReplaceValue(FieldList& fields, const FieldPath& path, const FieldValue& found,
                  std::string_view value, FieldKind kind, ByteArena& arena) {
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->name == path.name() && field->value.data() == found.text.data() &&
        field->value.size() == found.text.size()) {
      field->value = value;
      field->kind = kind;
      return;
    }
  }
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->kind != FieldKind::kObject || !IsBelow(path.name(), field->name)) continue;
    const std::string_view object = field->value;
    const std::string_view token = TokenIn(object, found);
    if (token.data() == nullptr) continue;
    const size_t bound = object.size() + TokenBound(value, kind);
    char* const begin = arena.Allocate(bound);
    char* out = Put(begin, {object.data(), static_cast<size_t>(token.data() - object.data())});
    out = PutToken(out, value, kind);
    const char* const rest = token.data() + token.size();
    out = Put(out, {rest, static_cast<size_t>(object.data() + object.size() - rest)});
    const auto size = static_cast<size_t>(out - begin);
    arena.Shrink(bound - size);
    field->value = {begin, size};
    return;
  }
}

Field FieldOfToken(std::string_view name, std::string_view token) {
  Field field;
  field.name = name;
  field.value = token;
  switch (KindOfValue(token.front())) {
    case JsonKind::kString:
      field.kind = FieldKind::kJsonString;
      field.value = token.substr(1, token.size() - 2);
      break;
    case JsonKind::kNumber:
      field.kind = FieldKind::kNumber;
      break;
    case JsonKind::kTrue:
      field.kind = FieldKind::kTrue;
      break;
    case JsonKind::kFalse:
      field.kind = FieldKind::kFalse;
      break;
    case JsonKind::kNull:
      field.kind = FieldKind::kNull;
      break;
    case JsonKind::kObject:
      field.kind = FieldKind::kObject;
      break;
    case JsonKind::kArray:
      field.kind = FieldKind::kArray;
      break;
  }
  return field;
}

}  // namespace tailrace
