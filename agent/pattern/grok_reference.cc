#include "agent/pattern/grok_reference.h"

#include <algorithm>
#include <optional>

namespace tailrace {
namespace {

constexpr size_t kReferenceMax = 400;

struct NamedType {
  std::string_view name;
  CaptureType type;
};
constexpr NamedType kTypes[] = {
    {"int", CaptureType::kInt},      {"long", CaptureType::kInt},  {"float", CaptureType::kFloat},
    {"double", CaptureType::kFloat}, {"bool", CaptureType::kBool}, {"boolean", CaptureType::kBool},
    {"string", CaptureType::kText},
};

std::optional<CaptureType> TypeNamed(std::string_view name) {
  for (const NamedType& known : kTypes) {
    if (known.name == name) return known.type;
  }
  return std::nullopt;
}

}  // namespace

bool IsNameByte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || byte == '_';
}

std::string FieldName(std::string_view name) {
  if (!name.starts_with('[')) return std::string(name);
  std::string path;
  while (!name.empty()) {
    const size_t close = name.find(']');
    if (name[0] != '[' || close == std::string_view::npos || close == 1) return "";
    if (!path.empty()) path += '.';
    path += name.substr(1, close - 1);
    name.remove_prefix(close + 1);
  }
  return path;
}

GrokReference ReadReference(RegexCursor& cursor) {
  const size_t at = cursor.at();
  const size_t close = cursor.rest().substr(0, kReferenceMax).find('}');
  if (close == std::string_view::npos) {
    cursor.Fail(at, {"%{ without }"});
    return {};
  }
  std::string_view inner = cursor.rest().substr(2, close - 2);
  cursor.Skip(close + 1);
  GrokReference reference;
  const auto end = std::find_if_not(inner.begin(), inner.end(), IsNameByte);
  reference.pattern = inner.substr(0, static_cast<size_t>(end - inner.begin()));
  inner.remove_prefix(reference.pattern.size());
  if (inner.empty()) return reference;
  const size_t second = inner.find(':', 1);
  const std::string_view field =
      inner.substr(1, second == std::string_view::npos ? second : second - 1);
  reference.capture.name = FieldName(field);
  if (inner[0] != ':' || reference.capture.name.empty()) {
    cursor.Fail(at, {"bad reference %{", reference.pattern, inner, "}"});
    return reference;
  }
  if (second == std::string_view::npos) return reference;
  const std::string_view type = inner.substr(second + 1);
  const std::optional<CaptureType> known = TypeNamed(type);
  if (!known.has_value()) {
    cursor.Fail(at, {"unknown type \"", type, "\"; known: int, float, bool, string"});
  }
  reference.capture.type = known.value_or(CaptureType::kText);
  return reference;
}

}  // namespace tailrace
