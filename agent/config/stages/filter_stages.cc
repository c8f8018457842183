#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/pipeline/stages/filter_stage.h"
#include "agent/pipeline/stages/route_stage.h"

namespace tailrace {
namespace {

std::optional<StageMaker> LoadFiltering(StageLoad& load, const YamlNode& value,
                                        FilterAction action) {
  std::optional<CompiledFilter> filter = LoadFilter(load, value, load.spec.kind);
  if (!filter) return std::nullopt;
  return FilterStage(*std::move(filter), action);
}

// One branch; nullopt after an error.
std::optional<RouteBranch> LoadBranch(StageLoad& load, const YamlEntry& entry) {
  const std::string& name = entry.key->text();
  MapReader reader(load.context, *entry.value, entry.key->place(),
                   Concat({"the branch ", Quoted(name)}));
  RouteBranch branch;
  BranchOptions options{name, {}};
  bool good = reader.is_map();
  if (name == "default") {
    reader.Refuse("when", "is not for the branch \"default\", which takes what is left");
    reader.Refuse("continue", "is not for the branch \"default\", which is the last one");
  } else {
    reader.Require("when");
    const YamlNode* when = reader.Take("when");
    if (when != nullptr) branch.when = LoadFilter(load, *when, "when");
    good &= branch.when.has_value();
    branch.continues = reader.Boolean("continue", false);
  }
  reader.Require("to");
  for (const ConfigText& text : reader.TextList("to")) {
    const std::optional<size_t> sink = load.sinks.Find(load.context, text);
    good &= sink.has_value();
    if (sink) options.to.emplace_back(static_cast<uint16_t>(*sink));
  }
  reader.Finish();
  if (!good || options.to.empty()) return std::nullopt;
  load.pipeline.branches.push_back(std::move(options));
  return branch;
}

}  // namespace

std::optional<StageMaker> LoadDrop(StageLoad& load, const YamlNode& value) {
  return LoadFiltering(load, value, FilterAction::kDrop);
}

std::optional<StageMaker> LoadKeep(StageLoad& load, const YamlNode& value) {
  return LoadFiltering(load, value, FilterAction::kKeep);
}

std::optional<StageMaker> LoadRoute(StageLoad& load, const YamlNode& value) {
  load.beside.Refuse("when", "is not for \"route\", whose branches have their own");
  if (value.kind() != YamlNode::Kind::kMap || value.entries().empty() ||
      value.entries().size() > PipelineOptions::kMaxBranches) {
    load.context.diagnostics.Error(
        value.place(), {"\"route\": expected 1 to 32 branches, such as "
                        "{errors: {when: 'level=\"error\"', to: [es]}, default: {to: [archive]}}"});
    return std::nullopt;
  }
  std::vector<RouteBranch> branches;
  for (size_t i = 0; i < value.entries().size(); ++i) {
    const YamlEntry& entry = value.entries()[i];
    if (entry.key->text() == "default" && i + 1 < value.entries().size()) {
      load.context.diagnostics.Error(
          entry.key->place(), {"the branch \"default\" takes what is left, so it comes last"});
      return std::nullopt;
    }
    std::optional<RouteBranch> branch = LoadBranch(load, entry);
    if (branch) branches.push_back(*std::move(branch));
  }
  if (branches.size() != value.entries().size()) return std::nullopt;
  return RouteStage(std::move(branches));
}

}  // namespace tailrace
