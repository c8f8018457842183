// TreeBuilder turns the events of yaml-cpp's parser into YamlNodes and checks what yaml-cpp lets
// pass: duplicate keys, merge keys, a key without its colon, unclosed quotes, aliases that grow or
// contain themselves.
//
// Threads    Not thread-safe; lives for one Parse.
// Ownership  Writes nodes into the deque of the document.
// Bounds     Those of YamlDocument. After the first of them is broken further events are ignored.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "agent/yaml/diagnostics.h"
#include "agent/yaml/source_text.h"
#include "agent/yaml/yaml_node.h"

namespace tailrace {

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, std::deque<YamlNode>& nodes, Diagnostics& diagnostics)
      : source_(source), nodes_(nodes), diagnostics_(diagnostics) {}

  // The tree, or nullptr when it was given up.
  const YamlNode* root() const { return gave_up_ ? nullptr : root_; }
  bool gave_up() const { return gave_up_; }
  // One more document after the first is an error.
  void set_first_document_done() { first_document_done_ = true; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Open {
    YamlNode* node;
    const YamlNode* key;  // Of a map: the key whose value comes next.
    YAML::EmitterStyle::value style;
  };

  YamlNode& NewNode(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor);
  void StartCollection(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value style);
  void Close();
  // Puts a node where the parser stands: as root, item, key or value.
  void Attach(const YamlNode& node, size_t nodes);
  void AttachLeaf(YamlNode& node);
  void AttachToMap(Open& map, const YamlNode& node);
  bool CheckKey(const YamlNode& key);
  void CheckTag(const YAML::Mark& mark, const std::string& tag);
  void CheckQuotes(const YAML::Mark& mark);
  void GiveUp(Place place, std::initializer_list<std::string_view> message);
  Place PlaceOf(const YAML::Mark& mark) const;

  const SourceText& source_;
  std::deque<YamlNode>& nodes_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  absl::flat_hash_map<size_t, YamlNode*> anchors_;
  const YamlNode* root_ = nullptr;
  size_t expanded_nodes_ = 0;
  bool first_document_done_ = false;
  bool gave_up_ = false;
};

}  // namespace tailrace
