#include "agent/yaml/tree_builder.h"

#include <string_view>

#include "agent/base/strings.h"
#include "agent/yaml/yaml_document.h"

namespace tailrace {
namespace {

// True when the quoted scalar at `at` has a closing quote; yaml-cpp lets the end of the file do.
bool IsClosed(std::string_view text, size_t at) {
  const char quote = text[at];
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

bool StandsForNull(std::string_view text, size_t at) {
  return at < text.size() && std::string_view("~nN").find(text[at]) != std::string_view::npos;
}

}  // namespace

Place TreeBuilder::PlaceOf(const YAML::Mark& mark) const {
  return {&source_, mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos)};
}

void TreeBuilder::GiveUp(Place place, std::initializer_list<std::string_view> message) {
  if (gave_up_) return;
  gave_up_ = true;
  diagnostics_.Error(place, message);
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (!first_document_done_) return;
  const Place place = PlaceOf(mark);
  // yaml-cpp also starts a new document at content that does not fit the first one.
  const std::string_view before = source_.text().substr(0, place.offset);
  const bool marked = source_.text().substr(place.offset).starts_with("---") ||
                      before.find("\n...") != std::string_view::npos;
  if (marked) {
    GiveUp(place, {"a second YAML document; a config file holds one"});
  } else {
    GiveUp(place, {"this does not belong to what is above; is the indentation right?"});
  }
}

void TreeBuilder::CheckTag(const YAML::Mark& mark, const std::string& tag) {
  if (gave_up_ || tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
  diagnostics_.Error(PlaceOf(mark), {"tags are not supported: ", Quoted(tag)});
}

void TreeBuilder::CheckQuotes(const YAML::Mark& mark) {
  const size_t at = PlaceOf(mark).offset;
  const std::string_view text = source_.text();
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'') || IsClosed(text, at)) return;
  GiveUp(PlaceOf(mark), {"this quote is never closed"});
}

YamlNode& TreeBuilder::NewNode(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
  YamlNode& node = nodes_.emplace_back(kind, PlaceOf(mark));
  if (anchor != 0) anchors_[anchor] = &node;
  return node;
}

void TreeBuilder::Attach(const YamlNode& node, size_t nodes) {
  expanded_nodes_ += nodes;
  if (expanded_nodes_ > YamlDocument::kMaxNodes) {
    GiveUp(node.place(), {"the file has over ", std::to_string(YamlDocument::kMaxNodes),
                          " values when aliases are expanded"});
    return;
  }
  if (open_.empty()) {
    root_ = &node;
    return;
  }
  Open& parent = open_.back();
  if (parent.node->kind() == YamlNode::Kind::kSequence) {
    parent.node->items_.push_back(&node);
  } else {
    AttachToMap(parent, node);
  }
}

void TreeBuilder::AttachLeaf(YamlNode& node) {
  node.open_ = false;
  if (!open_.empty()) ++open_.back().node->expanded_nodes_;
  Attach(node, 1);
}

void TreeBuilder::AttachToMap(Open& map, const YamlNode& node) {
  if (map.key == nullptr) {
    map.key = &node;
    return;
  }
  if (CheckKey(*map.key)) map.node->entries_.push_back({map.key, &node});
  map.key = nullptr;
}

bool TreeBuilder::CheckKey(const YamlNode& key) {
  if (key.kind() != YamlNode::Kind::kScalar) {
    diagnostics_.Error(key.place(), {"a key must be a name, not ", key.kind_name()});
    return false;
  }
  const std::string_view source = source_.text();
  if (key.text() == "<<" && source.substr(key.place().offset).starts_with("<<")) {
    diagnostics_.Error(key.place(), {"the merge key \"<<\" is not supported; write the keys out"});
    return false;
  }
  return true;
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (gave_up_) return;
  YamlNode& node = NewNode(YamlNode::Kind::kNull, mark, anchor);
  const YamlNode* key = open_.empty() ? nullptr : open_.back().key;
  const bool in_block = !open_.empty() && open_.back().style == YAML::EmitterStyle::Block;
  if (key != nullptr) {
    const size_t at = node.place().offset;
    if (in_block && at == key->place().offset && key->kind() == YamlNode::Kind::kScalar) {
      GiveUp(key->place(), {"expected \": \" after the key ", Quoted(key->text())});
      return;
    }
    // A value that is not there is reported at its key: the parser's mark is some lines further.
    if (!StandsForNull(source_.text(), at)) node.place_ = key->place();
  }
  AttachLeaf(node);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (gave_up_) return;
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    GiveUp(PlaceOf(mark), {"this alias has no anchor"});
  } else if (found->second->open_) {
    GiveUp(PlaceOf(mark), {"this alias stands inside of what it stands for"});
  } else {
    const size_t nodes = found->second->expanded_nodes_;
    if (!open_.empty()) open_.back().node->expanded_nodes_ += nodes;
    Attach(*found->second, nodes);
  }
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  CheckTag(mark, tag);
  if (!gave_up_) CheckQuotes(mark);
  if (gave_up_) return;
  YamlNode& node = NewNode(YamlNode::Kind::kScalar, mark, anchor);
  node.text_ = value;
  node.plain_ = tag == "?";  // yaml-cpp calls quoted ones and blocks "!".
  AttachLeaf(node);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  StartCollection(YamlNode::Kind::kSequence, mark, tag, anchor, style);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  StartCollection(YamlNode::Kind::kMap, mark, tag, anchor, style);
}

void TreeBuilder::StartCollection(YamlNode::Kind kind, const YAML::Mark& mark,
                                  const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  CheckTag(mark, tag);
  if (gave_up_) return;
  if (open_.size() == YamlDocument::kMaxDepth) {
    GiveUp(PlaceOf(mark),
           {"nested over ", std::to_string(YamlDocument::kMaxDepth), " levels deep"});
    return;
  }
  YamlNode& node = NewNode(kind, mark, anchor);
  Attach(node, 1);
  open_.push_back({&node, nullptr, style});
}

void TreeBuilder::Close() {
  if (gave_up_) return;
  YamlNode& node = *open_.back().node;
  node.open_ = false;
  open_.pop_back();
  if (!open_.empty()) open_.back().node->expanded_nodes_ += node.expanded_nodes_;
}

void TreeBuilder::OnMapEnd() {
  if (gave_up_) return;
  YamlNode& map = *open_.back().node;
  absl::flat_hash_map<std::string_view, const YamlNode*> seen;
  std::vector<YamlEntry> unique;
  for (const YamlEntry& entry : map.entries_) {
    const auto [first, is_new] = seen.try_emplace(entry.key->text(), entry.key);
    if (is_new) {
      unique.push_back(entry);
      continue;
    }
    const size_t line = source_.LineNumber(first->second->place().offset);
    diagnostics_.Error(entry.key->place(),
                       {"duplicate key ", Quoted(entry.key->text()), "; it stands in line ",
                        std::to_string(line), " as well"});
  }
  map.entries_ = std::move(unique);
  Close();
}

}  // namespace tailrace
