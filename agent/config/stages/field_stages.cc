#include "agent/pipeline/stages/field_stages.h"

#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/config/yaml_json.h"

namespace tailrace {
namespace {

// A map with at least one entry; nullptr, with an error, when it is none.
const std::vector<YamlEntry>* EntriesOf(StageLoad& load, const YamlNode& value,
                                        std::string_view example) {
  if (value.kind() == YamlNode::Kind::kMap && !value.entries().empty()) return &value.entries();
  load.context.diagnostics.Error(value.place(),
                                 {Quoted(load.spec.kind), ": expected a map, such as ", example});
  return nullptr;
}

// What a piece of JSON is; kText for a string.
FieldKind KindOf(const std::string& json) {
  switch (json.front()) {
    case '"':
      return FieldKind::kText;
    case '{':
      return FieldKind::kObject;
    case '[':
      return FieldKind::kArray;
    case 't':
      return FieldKind::kTrue;
    case 'f':
      return FieldKind::kFalse;
    case 'n':
      return FieldKind::kNull;
    default:
      return FieldKind::kNumber;
  }
}

}  // namespace

std::optional<StageMaker> LoadSet(StageLoad& load, const YamlNode& value) {
  const std::vector<YamlEntry>* entries = EntriesOf(load, value, "{env: prod}");
  if (entries == nullptr) return std::nullopt;
  std::vector<SetField> fields;
  for (const YamlEntry& entry : *entries) {
    std::optional<FieldPath> path = LoadPath(load, *entry.key, "set", PathUse::kWrite);
    if (!path) continue;
    SetField field;
    field.path = *std::move(path);
    field.constant = JsonOfYaml(*entry.value);
    field.kind = KindOf(field.constant);
    if (field.kind == FieldKind::kText) {
      std::optional<ValueTemplate> text = LoadTemplate(load, *entry.value, "set");
      if (!text) continue;
      field.value = *std::move(text);
    }
    fields.push_back(std::move(field));
  }
  if (fields.size() != entries->size()) return std::nullopt;
  return SetStage(std::move(fields));
}

std::optional<StageMaker> LoadRename(StageLoad& load, const YamlNode& value) {
  const std::vector<YamlEntry>* entries = EntriesOf(load, value, "{msg: message}");
  if (entries == nullptr) return std::nullopt;
  std::vector<RenameField> fields;
  for (const YamlEntry& entry : *entries) {
    std::optional<FieldPath> from = LoadPath(load, *entry.key, "rename", PathUse::kRead);
    std::optional<FieldPath> to = LoadPath(load, *entry.value, "rename", PathUse::kWrite);
    if (from && to) fields.push_back({*std::move(from), *std::move(to)});
  }
  if (fields.size() != entries->size()) return std::nullopt;
  return RenameStage(std::move(fields));
}

std::optional<StageMaker> LoadRemove(StageLoad& load, const YamlNode& value) {
  std::optional<std::vector<FieldPath>> paths = LoadPaths(load, value, "remove", PathUse::kRead);
  if (!paths) return std::nullopt;
  return RemoveStage(*std::move(paths));
}

std::optional<StageMaker> LoadKeepFields(StageLoad& load, const YamlNode& value) {
  std::optional<std::vector<FieldPath>> paths =
      LoadPaths(load, value, "keep_fields", PathUse::kRead);
  if (!paths) return std::nullopt;
  return KeepFieldsStage(*std::move(paths));
}

}  // namespace tailrace
