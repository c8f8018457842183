#include "agent/config/stage_section.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/config/known_fields.h"
#include "agent/config/multiline_section.h"
#include "agent/config/stages/stage_loaders.h"

namespace tailrace {
namespace {

constexpr size_t kMaxStages = 64;

using StageLoader = std::optional<StageMaker> (*)(StageLoad& load, const YamlNode& value);

struct StageKind {
  std::string_view key;
  StageLoader load;
};

constexpr StageKind kStages[] = {
    {"parse", LoadParse},
    {"timestamp", LoadTimestamp},
    {"redact", LoadRedaction},
    {"set", LoadSet},
    {"rename", LoadRename},
    {"remove", LoadRemove},
    {"keep_fields", LoadKeepFields},
    {"drop", LoadDrop},
    {"keep", LoadKeep},
    {"route", LoadRoute},
    {"cast", LoadCast},
    {"lowercase", LoadLowercase},
    {"uppercase", LoadUppercase},
    {"replace", LoadReplace},
    {"flatten", LoadFlatten},
    {"nest", LoadNest},
    {"schema", LoadSchema},
    {"sample", LoadSample},
    {"throttle", LoadThrottle},
    {"dedupe", LoadDedupe},
    {"lookup", LoadLookup},
};
constexpr std::string_view kBesideStages[] = {"name", "when", "on_error", "from", "into"};

const StageKind* FindStage(std::string_view key) {
  const auto* found = std::find_if(std::begin(kStages), std::end(kStages),
                                   [key](const StageKind& kind) { return kind.key == key; });
  return found == std::end(kStages) ? nullptr : found;
}

bool StandsBeside(std::string_view key) {
  return std::find(std::begin(kBesideStages), std::end(kBesideStages), key) !=
         std::end(kBesideStages);
}

// The one key of `stage` that says what it does; nullptr, with an error, when there is none.
const YamlNode* StageKey(LoadContext& context, const YamlNode& stage) {
  const YamlNode* found = nullptr;
  for (const YamlEntry& entry : stage.entries()) {
    const std::string& key = entry.key->text();
    if (StandsBeside(key)) continue;
    if (found == nullptr) {
      found = entry.key;
      continue;
    }
    if (FindStage(found->text()) != nullptr && FindStage(key) == nullptr) continue;
    if (FindStage(found->text()) == nullptr && FindStage(key) != nullptr) {
      found = entry.key;  // The other one is for the reader of the stage to report.
      continue;
    }
    context.diagnostics.Error(entry.key->place(),
                              {"a stage has one key that says what it does, and ",
                               Quoted(found->text()), " does; begin a new one with \"- \""});
    return nullptr;
  }
  if (found == nullptr) {
    context.diagnostics.Error(stage.place(), {"a stage needs a key that says what it does, such as "
                                              "\"parse\""});
  }
  return found;
}

std::vector<std::string_view> StageNames() {
  std::vector<std::string_view> names = {"multiline"};
  for (const StageKind& kind : kStages) names.push_back(kind.key);
  return names;
}

// `multiline` works on lines, before there are records for the other stages.
void LoadMultilineStage(LoadContext& context, const YamlNode& node, const YamlNode& value,
                        PipelineOptions& pipeline) {
  MapReader reader(context, node, node.place(), "the stage \"multiline\"");
  reader.Take("multiline");
  reader.String("name", "multiline");
  for (std::string_view beside : {"when", "on_error", "from", "into"}) {
    reader.Refuse(beside, "is not supported beside \"multiline\"");
  }
  reader.Finish();
  if (pipeline.multiline.has_value()) {
    reader.Error(node, {"a pipeline joins lines once"});
  } else if (!pipeline.stages.empty()) {
    reader.Error(node,
                 {"\"multiline\" must be the first stage: it joins lines, and the others take "
                  "what is joined"});
  } else {
    pipeline.multiline = LoadMultiline(context, value);
  }
}

// A stage that was loaded, and what makes it one that needs none.
struct LoadedStage {
  StageSpec spec;
  std::optional<PlainParse> plain;
};

std::optional<LoadedStage> LoadStage(LoadContext& context, const YamlNode& node,
                                     const StageScope& scope, PipelineOptions& pipeline) {
  if (node.kind() != YamlNode::Kind::kMap) {
    context.diagnostics.Error(
        node.place(), {"expected a stage, such as \"parse: json\", got ", node.kind_name()});
    return std::nullopt;
  }
  const YamlNode* key = StageKey(context, node);
  if (key == nullptr) return std::nullopt;
  const StageKind* kind = FindStage(key->text());
  if (kind == nullptr) {
    context.diagnostics.Error(key->place(), {"unknown stage ", Quoted(key->text()),
                                             SuggestName(key->text(), StageNames())});
    return std::nullopt;
  }
  MapReader reader(context, node, node.place(), Concat({"the stage ", Quoted(kind->key)}));
  LoadedStage stage;
  stage.spec.kind = kind->key;
  stage.spec.name = reader.String("name", stage.spec.kind);
  StageLoad load{context, scope.presets, scope.labels, scope.sinks, reader, pipeline, stage.spec};
  bool good = true;
  if (const YamlNode* when = reader.Take("when"); when != nullptr) {
    stage.spec.when = LoadFilter(load, *when, "when");
    good = stage.spec.when.has_value();
  }
  const YamlNode* value = reader.Take(kind->key);
  std::optional<StageMaker> make;
  if (value != nullptr) make = kind->load(load, *value);
  reader.Finish();
  if (!good || !make) return std::nullopt;
  stage.spec.make = *std::move(make);
  if (!stage.spec.when) stage.plain = load.plain;
  return stage;
}

// Looks at `stage` when its own fields are in `fields`: it may use what it makes.
void WarnAboutFields(LoadContext& context, Place place, const StageSpec& stage,
                     const KnownFields& fields) {
  std::vector<std::string> reported;
  for (const FieldPath& path : stage.uses) {
    const std::string name = path.ToString();
    if (fields.MayHave(path) ||
        std::find(reported.begin(), reported.end(), name) != reported.end()) {
      continue;
    }
    const std::string_view nearest = fields.Nearest(path);
    context.diagnostics.Warning(
        place, {"no stage before this one makes a field ", Quoted(name), ", nor has a record one",
                nearest.empty() ? "" : "; did you mean ", nearest.empty() ? "" : Quoted(nearest),
                nearest.empty() ? "" : "?"});
    reported.push_back(name);
  }
}

}  // namespace

void LoadStages(LoadContext& context, MapReader& reader, const StageScope& scope,
                PipelineOptions& pipeline) {
  const YamlNode* node = reader.Take("stages");
  if (node == nullptr) return;
  if (node->kind() != YamlNode::Kind::kSequence) {
    reader.Error(*node, {"\"stages\": expected a list, got ", node->kind_name()});
    return;
  }
  if (node->items().size() > kMaxStages) {
    reader.Error(*node, {"more than 64 stages"});
    return;
  }
  std::optional<PlainParse> plain;
  KnownFields fields;
  for (const YamlNode* item : node->items()) {
    if (!pipeline.branches.empty()) {
      context.diagnostics.Error(item->place(), {"nothing can come behind the stage \"route\""});
      return;
    }
    if (const YamlNode* lines = item->Find("multiline"); lines != nullptr) {
      LoadMultilineStage(context, *item, *lines, pipeline);
      continue;
    }
    std::optional<LoadedStage> stage = LoadStage(context, *item, scope, pipeline);
    if (!stage) {
      fields.AddAnything();
      continue;
    }
    fields.AddStage(stage->spec);
    WarnAboutFields(context, item->place(), stage->spec, fields);
    plain = stage->plain;
    pipeline.stages.push_back(std::move(stage->spec));
  }
  if (pipeline.stages.size() != 1 || !plain) return;
  pipeline.plain_parse = *plain;
  pipeline.stages.clear();
}

}  // namespace tailrace
