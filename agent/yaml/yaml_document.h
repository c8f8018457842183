// YamlDocument is one YAML file as a tree of nodes that know where they stand. It accepts what a
// config needs of YAML 1.2 and refuses, with the place, what makes configs surprising: duplicate
// keys, merge keys (`<<`), several documents, custom tags, keys that are no scalars.
//
// Threads    Parse: any. The document is immutable; any.
// Ownership  Owns its text and nodes.
// Bounds     4 MiB of text, 64 levels, 100,000 nodes with every alias counted as what it stands
//            for, so that a small file cannot make a large tree.
// Failure    Parse adds errors. It returns nullptr when nothing can be said about the rest; after
//            the other errors it returns the document, so that more can be found wrong with it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "agent/yaml/diagnostics.h"
#include "agent/yaml/source_text.h"
#include "agent/yaml/yaml_node.h"

namespace tailrace {

class YamlDocument {
 public:
  static constexpr size_t kMaxBytes = 4 << 20;
  static constexpr size_t kMaxDepth = 64;
  static constexpr size_t kMaxNodes = 100'000;

  // `name` is how diagnostics call the file. A byte order mark is dropped.
  [[nodiscard]] static std::unique_ptr<YamlDocument> Parse(std::string name, std::string text,
                                                           Diagnostics& diagnostics);

  // An empty file has a root of kind kNull.
  const YamlNode& root() const { return *root_; }

 private:
  YamlDocument(std::string name, std::string text);

  SourceText source_;
  std::deque<YamlNode> nodes_;  // Addresses stay: nodes point to each other.
  const YamlNode* root_ = nullptr;
};

}  // namespace tailrace
