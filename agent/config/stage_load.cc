#include "agent/config/stage_load.h"

#include <algorithm>
#include <string>

#include "agent/base/strings.h"
#include "agent/lang/filter.h"
#include "agent/lang/syntax_error.h"
#include "agent/pipeline/plan.h"

namespace tailrace {
namespace {

// What of `log` and `event` is the agent's own; stages may write the rest.
constexpr std::string_view kOwnFields[] = {
    "@timestamp",          "event.id", "log", "log.file", "log.offset", "log.iostream", "log.flags",
    "log.original_base64", "event"};

std::optional<ConfigText> ReadScalar(StageLoad& load, const YamlNode& node, std::string_view key,
                                     std::string_view what) {
  if (node.kind() == YamlNode::Kind::kScalar && node.text().find("${") == std::string::npos) {
    return ConfigText{node.text(), &node, {}};
  }
  return ReadText(load.context, node, Concat({Quoted(key), ": expected ", what}));
}

void Report(StageLoad& load, const ConfigText& text, std::string_view key,
            const absl::Status& status) {
  load.context.diagnostics.Error(text.PlaceOf(SyntaxErrorOffset(status)),
                                 {Quoted(key), ": ", FromAbsl(status.message())});
}

}  // namespace

absl::Status CheckWritable(std::string_view field) {
  const bool own =
      std::find(std::begin(kOwnFields), std::end(kOwnFields), field) != std::end(kOwnFields) ||
      field.starts_with("log.file.") || field.starts_with("log.flags.");
  const std::string_view root = field.substr(0, field.find('.'));
  const std::string padded = Concat({root, "\"\""});  // Check reads beyond the name.
  const bool reserved = root != "log" && root != "event" && root != kMessageField &&
                        NamesOfDocuments().Check(std::string_view(padded).substr(0, root.size()),
                                                 JsonKind::kObject) != NameUse::kFree;
  if (own || reserved || root == "app") {
    return absl::InvalidArgumentError(
        Concat({"the field ", Quoted(own ? field : root), " is set by the agent"}));
  }
  return absl::OkStatus();
}

std::optional<FieldPath> LoadPath(StageLoad& load, const YamlNode& node, std::string_view key,
                                  PathUse use) {
  const std::optional<ConfigText> text = ReadScalar(load, node, key, "the name of a field");
  if (!text) return std::nullopt;
  absl::StatusOr<FieldPath> path = FieldPath::Parse(text->text);
  absl::Status status = path.status();
  if (status.ok() && use == PathUse::kWrite) status = CheckWritable(path->name());
  if (!status.ok()) {
    Report(load, *text, key, status);
    return std::nullopt;
  }
  (use == PathUse::kRead ? load.spec.uses : load.spec.makes).push_back(*path);
  return *std::move(path);
}

std::optional<std::vector<FieldPath>> LoadPaths(StageLoad& load, const YamlNode& node,
                                                std::string_view key, PathUse use) {
  constexpr size_t kMaxPaths = 1000;
  std::vector<const YamlNode*> nodes = {&node};
  if (node.kind() == YamlNode::Kind::kSequence) nodes = node.items();
  if (nodes.empty() || nodes.size() > kMaxPaths) {
    load.context.diagnostics.Error(node.place(),
                                   {Quoted(key), ": expected 1 to 1000 names of fields"});
    return std::nullopt;
  }
  std::vector<FieldPath> paths;
  for (const YamlNode* item : nodes) {
    std::optional<FieldPath> path = LoadPath(load, *item, key, use);
    if (path) paths.push_back(*std::move(path));
  }
  if (paths.size() != nodes.size()) return std::nullopt;
  return paths;
}

std::optional<CompiledFilter> LoadFilter(StageLoad& load, const YamlNode& node,
                                         std::string_view key) {
  const std::optional<ConfigText> text =
      ReadScalar(load, node, key, "a filter in quotes, such as 'status >= 500'");
  if (!text) return std::nullopt;
  const absl::StatusOr<Filter> filter = Filter::Parse(text->text);
  if (!filter.ok()) {
    Report(load, *text, key, filter.status());
    return std::nullopt;
  }
  absl::StatusOr<CompiledFilter> compiled = CompiledFilter::Compile(*filter, load.scope);
  if (!compiled.ok()) {
    Report(load, *text, key, compiled.status());
    return std::nullopt;
  }
  if (filter->IsNeverTrue()) {
    load.context.diagnostics.Warning(node.place(),
                                     {Quoted(key), ": no record can match this filter"});
  }
  const std::vector<FieldPath>& fields = compiled->fields();
  load.spec.uses.insert(load.spec.uses.end(), fields.begin(), fields.end());
  return *std::move(compiled);
}

std::optional<ValueTemplate> LoadTemplate(StageLoad& load, const YamlNode& node,
                                          std::string_view key) {
  const std::optional<ConfigText> text = ReadScalar(load, node, key, "a text");
  if (!text) return std::nullopt;
  absl::StatusOr<ValueTemplate> made = ValueTemplate::Parse(text->text, load.scope);
  if (!made.ok()) {
    Report(load, *text, key, made.status());
    return std::nullopt;
  }
  const std::vector<FieldPath> fields = made->fields();
  load.spec.uses.insert(load.spec.uses.end(), fields.begin(), fields.end());
  return *std::move(made);
}

}  // namespace tailrace
