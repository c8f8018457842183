#include "agent/config/preset_section.h"

#include <utility>

#include "agent/base/strings.h"
#include "agent/config/parser_section.h"
#include "agent/config/yaml_json.h"
#include "parsers/time_layout.h"

namespace tailrace {
namespace {

std::string Raw(MapReader& reader, std::string_view key) {
  const YamlNode* node = reader.Take(key);
  if (node == nullptr) return "";
  if (node->kind() != YamlNode::Kind::kScalar) {
    reader.Error(*node, {Quoted(key), ": expected text, got ", node->kind_name()});
  }
  return node->text();
}

MultilineOptions LoadMultiline(LoadContext& context, const YamlNode& node) {
  MapReader reader(context, node, node.place(), "\"multiline\"");
  MultilineOptions options;
  for (ConfigText& language : reader.TextList("languages")) {
    options.languages.push_back(std::move(language.text));
  }
  options.start_pattern = Raw(reader, "start");
  options.continue_pattern = Raw(reader, "continue");
  options.end_pattern = Raw(reader, "end");
  reader.Finish();
  if (const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(options); !rules.ok()) {
    reader.Error(node, {FromAbsl(rules.status().message())});
  }
  return options;
}

TimestampSpec LoadTimestamp(LoadContext& context, const YamlNode& node) {
  MapReader reader(context, node, node.place(), "\"timestamp\"");
  TimestampSpec spec;
  reader.Require("field");
  reader.Require("format");
  for (ConfigText& field : reader.TextList("field")) spec.fields.push_back(std::move(field.text));
  spec.zone = reader.String("zone", spec.zone);
  for (ConfigText& format : reader.TextList("format")) {
    const absl::StatusOr<TimeLayout> layout = TimeLayout::Compile(format.text, spec.zone);
    if (!layout.ok()) reader.ErrorIn("format", format, layout.status());
    spec.formats.push_back(std::move(format.text));
  }
  reader.Finish();
  return spec;
}

FieldParserSpec LoadFieldParser(LoadContext& context, PresetLibrary& presets,
                                const YamlNode& node) {
  MapReader reader(context, node, node.place(), "an entry of \"then\"");
  FieldParserSpec spec;
  reader.Require("from");
  reader.Require("parse");
  spec.from = reader.String("from", "");
  spec.into = reader.String("into", "");
  spec.keep = reader.Boolean("keep", spec.keep);
  if (const YamlNode* parse = reader.Take("parse"); parse != nullptr) {
    spec.parse = LoadParser(context, presets, *parse, "parse").specs;
  }
  reader.Finish();
  return spec;
}

// The value of `key` when it is a map, else nullptr, with an error when it is something else.
const YamlNode* TakeMap(MapReader& reader, std::string_view key) {
  const YamlNode* node = reader.Take(key);
  if (node == nullptr || node->kind() == YamlNode::Kind::kMap) return node;
  reader.Error(*node, {Quoted(key), ": expected a map, got ", node->kind_name()});
  return nullptr;
}

void LoadFieldSteps(MapReader& reader, PresetSpec& spec) {
  if (const YamlNode* renames = TakeMap(reader, "rename"); renames != nullptr) {
    for (const YamlEntry& entry : renames->entries()) {
      spec.rename.emplace_back(entry.key->text(), entry.value->text());
    }
  }
  if (const YamlNode* values = TakeMap(reader, "values"); values != nullptr) {
    for (const YamlEntry& field : values->entries()) {
      for (const YamlEntry& value : field.value->entries()) {
        spec.values[field.key->text()].emplace(value.key->text(), value.value->text());
      }
    }
  }
  spec.types = LoadFieldTypes(reader, "types");
  spec.remove_empty = reader.Boolean("remove_empty", spec.remove_empty);
  for (ConfigText& field : reader.TextList("remove")) spec.remove.push_back(std::move(field.text));
}

// A list of texts as they stand, or one of them.
std::vector<std::string> LoadLines(MapReader& reader) {
  std::vector<std::string> lines;
  const YamlNode* node = reader.Take("lines");
  if (node == nullptr) return lines;
  if (node->kind() == YamlNode::Kind::kScalar) return {node->text()};
  for (const YamlNode* line : node->items()) lines.push_back(line->text());
  return lines;
}

PresetTest LoadTest(LoadContext& context, const YamlNode& node) {
  MapReader reader(context, node, node.place(), "a test");
  PresetTest test;
  test.name = Raw(reader, "name");
  if (reader.Has("now")) test.now = Raw(reader, "now");
  reader.Take("now");
  reader.Require("lines");
  reader.Require("expect");
  test.lines = LoadLines(reader);
  if (const YamlNode* expect = reader.Take("expect"); expect != nullptr) {
    for (const YamlNode* document : expect->items()) {
      test.expected.push_back(JsonOfYaml(*document));
    }
  }
  reader.Finish();
  return test;
}

}  // namespace

std::shared_ptr<const PresetSpec> LoadPreset(LoadContext& context, PresetLibrary& presets,
                                             std::string_view name, const YamlNode& root) {
  const size_t errors = context.diagnostics.errors();
  PresetSpec spec;
  spec.name = name;
  MapReader reader(context, root, root.place(), Concat({"the preset ", Quoted(name)}));
  spec.description = Raw(reader, "description");
  if (const YamlNode* multiline = reader.Take("multiline"); multiline != nullptr) {
    spec.multiline = LoadMultiline(context, *multiline);
  }
  reader.Require("parse");
  if (const YamlNode* parse = reader.Take("parse"); parse != nullptr) {
    spec.parse = LoadParser(context, presets, *parse, "parse").specs;
  }
  if (const YamlNode* then = reader.Take("then"); then != nullptr) {
    for (const YamlNode* item : then->items()) {
      spec.then.push_back(LoadFieldParser(context, presets, *item));
    }
  }
  LoadFieldSteps(reader, spec);
  if (const YamlNode* timestamp = reader.Take("timestamp"); timestamp != nullptr) {
    spec.timestamp = LoadTimestamp(context, *timestamp);
  }
  reader.Take("tests");
  reader.Finish();
  if (context.diagnostics.errors() > errors) return nullptr;
  return std::make_shared<const PresetSpec>(std::move(spec));
}

std::vector<PresetTest> LoadPresetTests(LoadContext& context, std::string_view name,
                                        const YamlNode& root) {
  std::vector<PresetTest> tests;
  const YamlNode* node = root.Find("tests");
  if (node == nullptr) {
    context.diagnostics.Error(root.place(), {"the preset ", Quoted(name), " has no tests"});
    return tests;
  }
  for (const YamlNode* test : node->items()) tests.push_back(LoadTest(context, *test));
  return tests;
}

}  // namespace tailrace
