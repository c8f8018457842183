#include "agent/config/sections.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr std::string_view kLaterSections[] = {"alerts"};

std::string LineOf(Place place) {
  return Concat(
      {place.source->name(), ":", std::to_string(place.source->LineNumber(place.offset))});
}

class Gatherer {
 public:
  explicit Gatherer(LoadContext& context) : context_(context) {}

  void Add(const YamlNode& root) {
    if (root.kind() == YamlNode::Kind::kNull) return;
    if (root.kind() != YamlNode::Kind::kMap) {
      context_.diagnostics.Error(root.place(), {"expected a map of sections, got ",
                                                root.kind_name(), "; is a \": \" missing?"});
      return;
    }
    for (const YamlEntry& entry : root.entries()) AddSection(entry);
  }

  Sections Take() { return std::move(sections_); }

 private:
  void AddSection(const YamlEntry& section) {
    const std::string& name = section.key->text();
    std::vector<YamlEntry>* entries = EntriesFor(name);
    if (entries == nullptr) {
      ReportUnknown(*section.key);
    } else if (section.value->kind() == YamlNode::Kind::kMap) {
      for (const YamlEntry& entry : section.value->entries()) AddEntry(name, entry, *entries);
    } else if (section.value->kind() != YamlNode::Kind::kNull) {
      context_.diagnostics.Error(section.value->place(), {Quoted(name), ": expected a map, got ",
                                                          section.value->kind_name()});
    }
  }

  // Both places are named: the error stands at the later one and says where the first is.
  void AddEntry(std::string_view section, const YamlEntry& entry, std::vector<YamlEntry>& entries) {
    const auto [first, is_new] =
        seen_.try_emplace(std::pair(section, std::string_view(entry.key->text())), entry.key);
    if (is_new) {
      entries.push_back(entry);
      return;
    }
    context_.diagnostics.Error(entry.key->place(),
                               {Quoted(entry.key->text()), " of ", section, " stands in ",
                                LineOf(first->second->place()), " as well"});
  }

  std::vector<YamlEntry>* EntriesFor(std::string_view name) {
    if (name == "agent") return &sections_.agent;
    if (name == "sources") return &sections_.sources;
    if (name == "pipelines") return &sections_.pipelines;
    if (name == "sinks") return &sections_.sinks;
    return nullptr;
  }

  void ReportUnknown(const YamlNode& key) {
    for (std::string_view later : kLaterSections) {
      if (key.text() != later) continue;
      context_.diagnostics.Error(key.place(), {Quoted(later), " is not supported in this version"});
      return;
    }
    context_.diagnostics.Error(
        key.place(), {"unknown section ", Quoted(key.text()),
                      SuggestName(key.text(), {"agent", "sources", "pipelines", "sinks"})});
  }

  LoadContext& context_;
  Sections sections_;
  // By section and key: the key's node.
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, const YamlNode*> seen_;
};

}  // namespace

Sections GatherSections(LoadContext& context,
                        const std::vector<std::unique_ptr<YamlDocument>>& documents) {
  Gatherer gatherer(context);
  for (const std::unique_ptr<YamlDocument>& document : documents) gatherer.Add(document->root());
  return gatherer.Take();
}

}  // namespace tailrace
