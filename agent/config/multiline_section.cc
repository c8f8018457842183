#include "agent/config/multiline_section.h"

#include <string>
#include <utility>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// An id has three bytes for what an event covers.
constexpr int64_t kMaxBytes = 8 << 20;
constexpr int64_t kMaxLines = 100'000;
constexpr DurationRange kTimeouts{std::chrono::milliseconds(10), std::chrono::minutes(5)};

void AddLanguage(LoadContext& context, const ConfigText& language, MultilineOptions& options) {
  const auto known = MultilineRules::Compile({.languages = {language.text}});
  if (known.ok()) {
    options.languages.push_back(language.text);
  } else {
    context.diagnostics.Error(language.PlaceOf(0), {FromAbsl(known.status().message())});
  }
}

void LoadPattern(MapReader& reader, std::string_view key, std::string& pattern) {
  const std::optional<ConfigText> text = reader.Text(key, "a regular expression");
  if (!text.has_value()) return;
  if (text->text.empty()) return reader.Error(*text->node, {Quoted(key), " is empty"});
  const auto regex = Regex::Compile(text->text);
  if (regex.ok()) {
    pattern = text->text;
  } else {
    reader.ErrorIn(key, *text, regex.status());
  }
}

MultilineOptions LoadNames(LoadContext& context, const YamlNode& node) {
  MultilineOptions options;
  std::vector<const YamlNode*> items = node.items();
  if (node.kind() == YamlNode::Kind::kScalar) items = {&node};
  for (const YamlNode* item : items) {
    const std::optional<ConfigText> language =
        ReadText(context, *item, "\"multiline\": expected languages, such as [java, go]");
    if (language.has_value()) AddLanguage(context, *language, options);
  }
  return options;
}

MultilineOptions LoadRules(MapReader& reader) {
  MultilineOptions options;
  for (const ConfigText& language : reader.TextList("languages")) {
    AddLanguage(reader.context(), language, options);
  }
  LoadPattern(reader, "start", options.start_pattern);
  LoadPattern(reader, "continue", options.continue_pattern);
  LoadPattern(reader, "end", options.end_pattern);
  return options;
}

}  // namespace

std::optional<MultilineStageOptions> LoadMultiline(LoadContext& context, const YamlNode& node) {
  const size_t errors_before = context.diagnostics.errors();
  const bool is_map = node.kind() == YamlNode::Kind::kMap;
  if (node.kind() == YamlNode::Kind::kNull) {
    context.diagnostics.Error(node.place(),
                              {"\"multiline\" needs languages, such as java, or patterns"});
    return std::nullopt;
  }
  std::optional<MapReader> reader;
  if (is_map) reader.emplace(context, node, node.place(), "\"multiline\"");
  const MultilineOptions names = is_map ? LoadRules(*reader) : LoadNames(context, node);
  uint32_t max_lines = 500;
  int64_t max_bytes = 1 << 20;
  std::chrono::milliseconds timeout{2000};
  if (is_map) {
    max_lines = static_cast<uint32_t>(reader->Integer("max_lines", {2, kMaxLines}, max_lines));
    max_bytes = reader->Bytes("max_bytes", {1, kMaxBytes}, max_bytes);
    timeout = reader->Duration("timeout", kTimeouts, timeout);
    reader->Finish();
  }
  if (context.diagnostics.errors() > errors_before) return std::nullopt;
  absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(names);
  if (!rules.ok()) {
    context.diagnostics.Error(node.place(), {FromAbsl(rules.status().message())});
    return std::nullopt;
  }
  return MultilineStageOptions{*std::move(rules), max_lines, static_cast<uint32_t>(max_bytes),
                               timeout};
}

}  // namespace tailrace
