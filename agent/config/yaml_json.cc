#include "agent/config/yaml_json.h"

#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/json/json_escape.h"
#include "parsers/patterns/capture_type.h"

namespace tailrace {
namespace {

void AppendString(std::string_view text, std::string& json) {
  json += '"';
  AppendEscaped(text, json);
  json += '"';
}

// Whether JSON has the plain scalar as it stands.
bool IsJsonToken(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  ByteArena arena;
  const Field number = TypedField("", text, CaptureType::kFloat, arena);
  return number.kind == FieldKind::kNumber && number.value == text;
}

void Append(const YamlNode& node, std::string& json) {
  std::string_view separator;
  switch (node.kind()) {
    case YamlNode::Kind::kNull:
      json += "null";
      return;
    case YamlNode::Kind::kScalar:
      if (node.is_plain() && IsJsonToken(node.text())) {
        json += node.text();
      } else {
        AppendString(node.text(), json);
      }
      return;
    case YamlNode::Kind::kSequence:
      json += '[';
      for (const YamlNode* item : node.items()) {
        json += separator;
        Append(*item, json);
        separator = ",";
      }
      json += ']';
      return;
    case YamlNode::Kind::kMap:
      json += '{';
      for (const YamlEntry& entry : node.entries()) {
        json += separator;
        AppendString(entry.key->text(), json);
        json += ':';
        Append(*entry.value, json);
        separator = ",";
      }
      json += '}';
      return;
  }
}

}  // namespace

std::string JsonOfYaml(const YamlNode& node) {
  std::string json;
  Append(node, json);
  return json;
}

}  // namespace tailrace
