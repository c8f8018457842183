// NameTable resolves references between sections: it holds the entries whose keys are names that
// the user chose: sources, pipelines, sinks.
//
// Threads    Any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/map_reader.h"

namespace tailrace {

// Names of one section with their places, in the order of their ids.
class NameTable {
 public:
  // `kind` is for messages: "source".
  explicit NameTable(std::string_view kind) : kind_(kind) {}

  // Checks the name (letters, digits, "_", "-", "."; at most 64: it is a label of metrics and part
  // of file names) and gives it the next id.
  void Add(LoadContext& context, const YamlNode& key);
  // The id of the name in `text`; nullopt, with an error that suggests one, when there is none.
  std::optional<size_t> Find(LoadContext& context, const ConfigText& text) const;

  size_t size() const { return names_.size(); }
  Place PlaceOf(size_t id) const { return places_[id]; }

 private:
  const std::string_view kind_;
  std::vector<std::string_view> names_;  // Into the nodes of the document.
  std::vector<Place> places_;
};

}  // namespace tailrace
