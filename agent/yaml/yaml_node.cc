#include "agent/yaml/yaml_node.h"

namespace tailrace {

std::string_view YamlNode::kind_name() const {
  switch (kind_) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "a value";
    case Kind::kSequence:
      return "a list";
    case Kind::kMap:
      break;
  }
  return "a map";
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const YamlEntry& entry : entries_) {
    if (entry.key->text() == key) return entry.value;
  }
  return nullptr;
}

Place YamlNode::PlaceInText(size_t offset) const {
  const std::string_view source = place_.source->text();
  size_t at = place_.offset;
  if (at >= source.size()) return place_;
  const char quote = source[at] == '"' || source[at] == '\'' ? source[at] : '\0';
  if (quote != '\0') ++at;
  for (size_t i = 0; i < offset && i < text_.size(); ++i) {
    if (at >= source.size()) return place_;
    if (source[at] == text_[i] && source[at] != '\\') {
      at += quote == '\'' && source[at] == '\'' ? 2 : 1;
    } else if (quote == '"' && source[at] == '\\' && at + 1 < source.size() &&
               std::string_view("\"\\/nt").find(source[at + 1]) != std::string_view::npos) {
      at += 2;
    } else if (quote != '"' && source[at] == text_[i]) {
      ++at;  // A backslash is itself outside of double quotes.
    } else {
      return place_;
    }
  }
  return {place_.source, at};
}

}  // namespace tailrace
