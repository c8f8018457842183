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
#include "agent/config/stage_section.h"
#include "agent/lang/name_scope.h"

namespace tailrace {
namespace {

constexpr size_t kMaxPipelines = 256;

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

// The labels that streams of any of the pipeline's sources have.
NameScope LabelScope(const Config& config, const PipelineOptions& pipeline) {
  std::vector<std::string> labels;
  for (const SourceId source : pipeline.from) {
    for (const std::string_view label : LabelsOf(config.sources[source.value()])) {
      labels.emplace_back(label);
    }
  }
  return NameScope(std::move(labels));
}

PipelineOptions LoadPipeline(LoadContext& context, const Config& config, const YamlEntry& entry,
                             const SectionNames& names, PresetLibrary& presets) {
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
  const NameScope labels = LabelScope(config, pipeline);
  LoadStages(context, reader, {presets, labels, names.sinks}, pipeline);
  if (pipeline.branches.empty()) {
    pipeline.to = LoadReferences<SinkId>(reader, "to", names.sinks);
  } else {
    reader.Refuse("to", "is not for a pipeline with a \"route\", whose branches say where to");
  }
  reader.Finish();
  return pipeline;
}

}  // namespace

std::vector<PipelineOptions> LoadPipelineSection(LoadContext& context, const Config& config,
                                                 const std::vector<YamlEntry>& entries,
                                                 SectionNames& names, PresetLibrary& presets) {
  std::vector<PipelineOptions> pipelines;
  for (const YamlEntry& entry : entries) {
    if (pipelines.size() == kMaxPipelines) {
      context.diagnostics.Error(entry.key->place(), {"more than 256 pipelines"});
      break;
    }
    names.pipelines.Add(context, *entry.key);
    pipelines.push_back(LoadPipeline(context, config, entry, names, presets));
  }
  return pipelines;
}

}  // namespace tailrace
