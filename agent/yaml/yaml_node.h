// YamlNode is one value of a parsed YAML file, with the place where it stands.
//
// Invariants  Keys are scalars and unique within their map.
// Threads     Immutable once its YamlDocument is built; any.
// Ownership   Owned by its YamlDocument, as are the nodes that it points to. A node may be reached
//             on several ways (aliases), never from within itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/yaml/source_text.h"

namespace tailrace {

class YamlNode;

struct YamlEntry {
  const YamlNode* key;
  const YamlNode* value;
};

class YamlNode {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  YamlNode(Kind kind, Place place) : kind_(kind), place_(place) {}

  Kind kind() const { return kind_; }
  // "a map", "a list", "a value", "nothing": for messages.
  std::string_view kind_name() const;
  Place place() const { return place_; }

  // The text of a scalar, unquoted; empty for the other kinds.
  const std::string& text() const { return text_; }
  // A scalar without quotes, and no block: `200`, which may be meant as a number, not `"200"`.
  bool is_plain() const { return plain_; }
  // Where the byte `offset` of text() stands: exact for plain and quoted scalars of one line, the
  // start of the scalar for others.
  Place PlaceInText(size_t offset) const;

  const std::vector<const YamlNode*>& items() const { return items_; }
  const std::vector<YamlEntry>& entries() const { return entries_; }
  // The value of `key` in a map, or nullptr.
  const YamlNode* Find(std::string_view key) const;

 private:
  friend class TreeBuilder;  // Fills the node in while the file is parsed.

  Kind kind_;
  Place place_;
  size_t expanded_nodes_ = 1;  // This node and all below it, aliases counted each time.
  bool plain_ = false;
  bool open_ = true;  // Its end has not been seen yet.
  std::string text_;
  std::vector<const YamlNode*> items_;
  std::vector<YamlEntry> entries_;
};

}  // namespace tailrace
