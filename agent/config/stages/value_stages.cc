// `cast`, `lowercase`, `uppercase`, `replace`, `flatten`, `nest`, `schema`.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/pipeline/stages/case_stage.h"
#include "agent/pipeline/stages/cast_stage.h"
#include "agent/pipeline/stages/flatten_stage.h"
#include "agent/pipeline/stages/nest_stage.h"
#include "agent/pipeline/stages/replace_stage.h"
#include "agent/pipeline/stages/schema_stage.h"

namespace tailrace {
namespace {

// In the order of CastType.
constexpr std::array<std::string_view, 6> kCastNames = {"int",    "float",    "bool",
                                                        "string", "duration", "bytes"};
constexpr std::array<std::string_view, 2> kStandards = {"ecs", "otel"};

std::string Joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text += Concat({text.empty() ? "" : ", ", name});
  return text;
}

// The position of a plain scalar among `names`; nullopt after an error.
std::optional<size_t> LoadName(StageLoad& load, const YamlNode& node, std::string_view what,
                               std::span<const std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), node.text());
  if (node.kind() == YamlNode::Kind::kScalar && found != names.end()) {
    return static_cast<size_t>(found - names.begin());
  }
  const std::string_view meant = node.kind() == YamlNode::Kind::kScalar
                                     ? NearestName(node.text(), names.data(), names.size())
                                     : std::string_view();
  load.context.diagnostics.Error(
      node.place(), {Quoted(load.spec.kind), ": expected ", what, " (", Joined(names), ")",
                     meant.empty() ? "" : "; did you mean ",
                     meant.empty() ? std::string() : Quoted(meant), meant.empty() ? "" : "?"});
  return std::nullopt;
}

std::optional<StageMaker> LoadCase(StageLoad& load, const YamlNode& value, LetterCase letter_case) {
  std::optional<std::vector<FieldPath>> paths =
      LoadPaths(load, value, load.spec.kind, PathUse::kRead);
  if (!paths) return std::nullopt;
  return CaseStage(*std::move(paths), letter_case);
}

// The fields of the key `name`; none when it is not there; nullopt after an error.
std::optional<std::vector<FieldPath>> LoadFieldsOf(StageLoad& load, MapReader& reader,
                                                   std::string_view name) {
  const YamlNode* node = reader.Take(name);
  if (node == nullptr) return std::vector<FieldPath>();
  return LoadPaths(load, *node, name, PathUse::kRead);
}

// `field` or `fields`, one of which must be there.
std::optional<std::vector<FieldPath>> LoadFieldOrFields(StageLoad& load, MapReader& reader) {
  const std::string_view key = reader.Has("fields") ? "fields" : "field";
  if (!reader.Has("fields")) reader.Require("field");
  if (reader.Has("fields")) reader.Refuse("field", "is not for a stage that has \"fields\"");
  std::optional<std::vector<FieldPath>> paths = LoadFieldsOf(load, reader, key);
  if (paths && paths->empty()) return std::nullopt;
  return paths;
}

}  // namespace

std::optional<StageMaker> LoadCast(StageLoad& load, const YamlNode& value) {
  if (value.kind() != YamlNode::Kind::kMap || value.entries().empty()) {
    load.context.diagnostics.Error(value.place(),
                                   {"\"cast\": expected a map, such as {status: int}"});
    return std::nullopt;
  }
  std::vector<CastField> fields;
  for (const YamlEntry& entry : value.entries()) {
    std::optional<FieldPath> path = LoadPath(load, *entry.key, "cast", PathUse::kRead);
    const std::optional<size_t> type = LoadName(load, *entry.value, "a type", kCastNames);
    if (path && type) fields.push_back({*std::move(path), static_cast<CastType>(*type)});
  }
  if (fields.size() != value.entries().size()) return std::nullopt;
  return CastStage(std::move(fields));
}

std::optional<StageMaker> LoadLowercase(StageLoad& load, const YamlNode& value) {
  return LoadCase(load, value, LetterCase::kLower);
}

std::optional<StageMaker> LoadUppercase(StageLoad& load, const YamlNode& value) {
  return LoadCase(load, value, LetterCase::kUpper);
}

std::optional<StageMaker> LoadReplace(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"replace\"");
  std::optional<std::vector<FieldPath>> fields = LoadFieldOrFields(load, reader);
  reader.Require("regex");
  reader.Require("with");
  // Neither is expanded: both are full of dollars and braces.
  const YamlNode* regex_node = reader.Take("regex");
  const YamlNode* with_node = reader.Take("with");
  reader.Finish();
  const auto is_text = [&](const YamlNode* node, std::string_view key) {
    if (node == nullptr) return false;
    if (node->kind() == YamlNode::Kind::kScalar) return true;
    reader.Error(*node, {Quoted(key), ": expected a text, got ", node->kind_name()});
    return false;
  };
  const bool good_regex = is_text(regex_node, "regex");
  const bool good = is_text(with_node, "with") && good_regex;
  if (!good) return std::nullopt;
  absl::StatusOr<Regex> regex = Regex::Compile(regex_node->text());
  absl::Status status = regex.status();
  if (!status.ok()) {
    reader.Error(*regex_node, {"\"regex\": ", FromAbsl(status.message())});
    return std::nullopt;
  }
  status = regex->CheckRewrite(with_node->text());
  if (!status.ok()) reader.Error(*with_node, {"\"with\": ", FromAbsl(status.message())});
  if (!status.ok() || !fields) return std::nullopt;
  return ReplaceStage({*std::move(fields), *std::move(regex), with_node->text()});
}

std::optional<StageMaker> LoadFlatten(StageLoad& load, const YamlNode& value) {
  constexpr IntegerRange kDepths = {1, FlattenOptions::kDepthMax};
  FlattenOptions options;
  if (value.kind() == YamlNode::Kind::kScalar && value.text() == "all") {
    return FlattenStage(options);
  }
  if (value.kind() != YamlNode::Kind::kMap) {
    std::optional<std::vector<FieldPath>> fields =
        LoadPaths(load, value, "flatten", PathUse::kRead);
    if (!fields) return std::nullopt;
    options.fields = *std::move(fields);
    return FlattenStage(std::move(options));
  }
  MapReader reader(load.context, value, value.place(), "the stage \"flatten\"");
  std::optional<std::vector<FieldPath>> fields = LoadFieldsOf(load, reader, "fields");
  options.depth =
      static_cast<size_t>(reader.Integer("depth", kDepths, static_cast<int64_t>(options.depth)));
  reader.Finish();
  if (!fields) return std::nullopt;
  options.fields = *std::move(fields);
  return FlattenStage(std::move(options));
}

std::optional<StageMaker> LoadNest(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"nest\"");
  NestOptions options;
  reader.Require("into");
  std::optional<FieldPath> into;
  if (const YamlNode* node = reader.Take("into"); node != nullptr) {
    into = LoadPath(load, *node, "into", PathUse::kWrite);
  }
  options.prefix = reader.String("prefix", "");
  std::optional<std::vector<FieldPath>> fields = LoadFieldsOf(load, reader, "fields");
  reader.Finish();
  if (!into || !fields) return std::nullopt;
  if (options.prefix.empty() && fields->empty()) {
    load.context.diagnostics.Error(value.place(),
                                   {"\"nest\": needs a \"prefix\" or \"fields\", such as "
                                    "{into: http, prefix: http_}"});
    return std::nullopt;
  }
  options.into = *std::move(into);
  options.fields = *std::move(fields);
  return NestStage(std::move(options));
}

std::optional<StageMaker> LoadSchema(StageLoad& load, const YamlNode& value) {
  const std::optional<size_t> standard = LoadName(load, value, "a standard", kStandards);
  if (!standard) return std::nullopt;
  return SchemaStage(static_cast<SchemaStandard>(*standard));
}

}  // namespace tailrace
