#include "parsers/formats/json_format.h"

#include <cstddef>

#include "agent/json/json_escape.h"
#include "parsers/formats/parse_each.h"

namespace tailrace {
namespace {

static_assert(kTextPaddingBytes >= JsonWalker::kReadBeyond);

std::string_view NameOf(const JsonField& member, std::string_view text, ByteArena& arena) {
  const std::string_view key = member.key(text);
  if (!member.key_escaped) return key;
  char* const name = arena.Allocate(key.size());
  const auto size = static_cast<size_t>(UnescapeTo(name, key) - name);
  arena.Shrink(key.size() - size);
  return {name, size};
}

FieldKind KindOf(JsonKind kind) {
  switch (kind) {
    case JsonKind::kString:
      return FieldKind::kJsonString;
    case JsonKind::kNumber:
      return FieldKind::kNumber;
    case JsonKind::kTrue:
      return FieldKind::kTrue;
    case JsonKind::kFalse:
      return FieldKind::kFalse;
    case JsonKind::kNull:
      return FieldKind::kNull;
    case JsonKind::kObject:
      return FieldKind::kObject;
    case JsonKind::kArray:
      return FieldKind::kArray;
  }
  return FieldKind::kNull;
}

Field ToField(const JsonField& member, std::string_view text, ByteArena& arena) {
  std::string_view value = member.value(text);
  if (member.kind == JsonKind::kString) value = value.substr(1, value.size() - 2);
  return {.name = NameOf(member, text, arena), .value = value, .kind = KindOf(member.kind)};
}

}  // namespace

bool JsonFormat::ParseText(std::string_view text, FieldList& fields, ByteArena& arena) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (walker_.Walk(text, members_) != WalkResult::kObject) return false;
  if (members_.traits().needs_rewrite()) {
    rewriter_.Rewrite(text, rewritten_, members_);
    text = arena.Copy(rewritten_);
  }
  for (const JsonField& member : members_.all()) fields.push_back(ToField(member, text, arena));
  return true;
}

void JsonFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    return ParseText(text, fields, arena);
  });
}

}  // namespace tailrace
