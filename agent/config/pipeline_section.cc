#include "agent/config/pipeline_section.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/multiline_section.h"
#include "agent/config/selector_value.h"
#include "agent/config/source_section.h"
#include "agent/pipeline/plan.h"

namespace tailrace {
namespace {

constexpr size_t kMaxPipelines = 256;
constexpr size_t kMaxStages = 64;

// The rest of the language: what exists, but not in this version.
constexpr std::string_view kLaterStages[] = {"timestamp", "rename", "redact",   "drop",
                                             "keep",      "sample", "throttle", "keep_fields",
                                             "remove",    "set",    "route",    "dedupe"};
constexpr std::string_view kBesideStages[] = {"name", "when", "on_error", "from", "into"};

template <size_t kSize>
bool Contains(const std::string_view (&names)[kSize], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

absl::Status CheckFieldName(std::string_view name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c >= 0x21 && c != 0x7F && c != '"' && c != '\\' && c != '*';
  });
  if (name.empty() || name.size() > 128 || !fits || name.starts_with('.') || name.ends_with('.') ||
      name.find("..") != std::string_view::npos) {
    return absl::InvalidArgumentError("expected the name of a field, such as app_log");
  }
  const std::string_view root = name.substr(0, name.find('.'));
  const std::string padded = Concat({root, "\"\""});  // Check reads beyond the name.
  const NameUse use =
      NamesOfDocuments().Check(std::string_view(padded).substr(0, root.size()), JsonKind::kObject);
  if (use != NameUse::kFree || root == "app") {
    return absl::InvalidArgumentError(Concat({"the field ", Quoted(root), " is set by the agent"}));
  }
  return absl::OkStatus();
}

StageOptions LoadParse(MapReader& reader) {
  constexpr std::string_view kFormats[] = {"none", "json"};
  StageOptions stage;
  stage.parser = reader.Choice("parse", kFormats) == 1 ? ParserKind::kJson : ParserKind::kNone;
  stage.name = reader.String("name", "parse");
  const std::optional<ConfigText> into = reader.Text("into", "the name of a field");
  if (into.has_value()) {
    stage.into = into->text;
    absl::Status status = CheckFieldName(into->text);
    if (status.ok() && stage.parser == ParserKind::kNone) {
      status = absl::InvalidArgumentError("\"parse: none\" makes no fields");
    }
    if (!status.ok()) reader.ErrorIn("into", *into, status);
  }
  for (std::string_view key : {"when", "on_error", "from"}) {
    reader.Refuse(key, "is not supported beside \"parse\" in this version");
  }
  reader.Finish();
  return stage;
}

// The one key of `stage` that says what it does; nullptr, with an error, when it is not one.
const YamlNode* StageKey(LoadContext& context, const YamlNode& stage) {
  const YamlNode* found = nullptr;
  for (const YamlEntry& entry : stage.entries()) {
    if (Contains(kBesideStages, entry.key->text())) continue;
    const std::string_view meant =
        found == nullptr ? ""
                         : NearestName(entry.key->text(), kBesideStages, std::size(kBesideStages));
    if (!meant.empty()) {
      context.diagnostics.Error(entry.key->place(),
                                {"unknown key ", Quoted(entry.key->text()),
                                 " in a stage; did you mean ", Quoted(meant), "?"});
      return nullptr;
    }
    if (found != nullptr) {
      context.diagnostics.Error(entry.key->place(),
                                {"a stage has one key that says what it does, and ",
                                 Quoted(found->text()), " does; begin a new one with \"- \""});
      return nullptr;
    }
    found = entry.key;
  }
  if (found == nullptr) {
    context.diagnostics.Error(stage.place(), {"a stage needs a key that says what it does, such as "
                                              "\"parse\""});
  }
  return found;
}

void LoadMultilineStage(LoadContext& context, const YamlNode& node, const YamlNode& key,
                        PipelineOptions& pipeline) {
  MapReader reader(context, node, node.place(), "the stage \"multiline\"");
  if (pipeline.multiline.has_value()) {
    reader.Error(key, {"a pipeline joins lines once"});
  } else if (!pipeline.stages.empty()) {
    reader.Error(key, {"\"multiline\" must be the first stage: it joins lines, and the others take "
                       "what is joined"});
  } else {
    pipeline.multiline = LoadMultiline(context, *node.Find("multiline"));
  }
  for (std::string_view beside : {"when", "on_error", "from", "into"}) {
    reader.Refuse(beside, "is not supported beside \"multiline\"");
  }
}

void LoadStage(LoadContext& context, const YamlNode& node, PipelineOptions& pipeline) {
  std::vector<StageOptions>& stages = pipeline.stages;
  if (node.kind() != YamlNode::Kind::kMap) {
    context.diagnostics.Error(
        node.place(), {"expected a stage, such as \"parse: json\", got ", node.kind_name()});
    return;
  }
  const YamlNode* key = StageKey(context, node);
  if (key == nullptr) return;
  if (Contains(kLaterStages, key->text())) {
    context.diagnostics.Error(
        key->place(), {"the stage ", Quoted(key->text()), " is not supported in this version"});
  } else if (key->text() == "multiline") {
    LoadMultilineStage(context, node, *key, pipeline);
  } else if (key->text() != "parse") {
    context.diagnostics.Error(key->place(), {"unknown stage ", Quoted(key->text()),
                                             SuggestName(key->text(), {"multiline", "parse"})});
  } else if (!stages.empty()) {
    context.diagnostics.Error(key->place(), {"a pipeline parses once"});
  } else {
    MapReader reader(context, node, node.place(), "the stage \"parse\"");
    stages.push_back(LoadParse(reader));
  }
}

void LoadStages(LoadContext& context, MapReader& reader, PipelineOptions& pipeline) {
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
  for (const YamlNode* stage : node->items()) LoadStage(context, *stage, pipeline);
}

template <typename Id>
std::vector<Id> LoadReferences(MapReader& reader, std::string_view key, const NameTable& names) {
  std::vector<Id> ids;
  reader.Require(key);
  for (const ConfigText& text : reader.TextList(key)) {
    const std::optional<size_t> found = names.Find(reader.context(), text);
    if (!found.has_value()) continue;
    const Id id(static_cast<uint16_t>(*found));
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.push_back(id);
    } else {
      reader.Error(*text.node, {Quoted(key), " names ", Quoted(text.text), " twice"});
    }
  }
  return ids;
}

void LoadMatch(LoadContext& context, MapReader& reader, const Config& config,
               PipelineOptions& pipeline) {
  pipeline.match = LoadSelector(reader, "match");
  const YamlNode* node = reader.Take("match");
  if (node == nullptr || pipeline.from.empty()) return;
  std::vector<std::string_view> labels;
  for (SourceId source : pipeline.from) {
    for (std::string_view label : LabelsOf(config.sources[source.value()])) {
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
    }
  }
  CheckSelectorLabels(context, *node, pipeline.match, labels);
}

PipelineOptions LoadPipeline(LoadContext& context, const Config& config, const YamlEntry& entry,
                             const SectionNames& names) {
  PipelineOptions pipeline;
  pipeline.name = entry.key->text();
  if (entry.value->kind() != YamlNode::Kind::kMap) {
    context.diagnostics.Error(
        entry.value->place(),
        {"pipeline ", Quoted(pipeline.name), ": expected a map, got ", entry.value->kind_name()});
    return pipeline;
  }
  MapReader reader(context, *entry.value, entry.key->place(),
                   Concat({"pipeline ", Quoted(pipeline.name)}));
  pipeline.from = LoadReferences<SourceId>(reader, "from", names.sources);
  LoadMatch(context, reader, config, pipeline);
  pipeline.continues = reader.Boolean("continue", false);
  LoadStages(context, reader, pipeline);
  pipeline.to = LoadReferences<SinkId>(reader, "to", names.sinks);
  reader.Finish();
  return pipeline;
}

}  // namespace

std::vector<PipelineOptions> LoadPipelineSection(LoadContext& context, const Config& config,
                                                 const std::vector<YamlEntry>& entries,
                                                 SectionNames& names) {
  std::vector<PipelineOptions> pipelines;
  for (const YamlEntry& entry : entries) {
    if (pipelines.size() == kMaxPipelines) {
      context.diagnostics.Error(entry.key->place(), {"more than 256 pipelines"});
      break;
    }
    names.pipelines.Add(context, *entry.key);
    pipelines.push_back(LoadPipeline(context, config, entry, names));
  }
  return pipelines;
}

}  // namespace tailrace
