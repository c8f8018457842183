#include "agent/config/redact_section.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/pattern/regex.h"

namespace tailrace {
namespace {

constexpr size_t kMinKeyBytes = 16;
constexpr std::string_view kAllDetectors = "all";

void LoadDetectors(MapReader& reader, RedactOptions& options) {
  for (const ConfigText& text : reader.TextList("detect")) {
    const std::optional<Detector> detector = FindDetector(text.text);
    if (text.text == kAllDetectors) {
      options.detectors = DetectorSet::All();
    } else if (detector.has_value()) {
      options.detectors.Add(*detector);
    } else {
      std::vector<std::string_view> known(kDetectorNames.begin(), kDetectorNames.end());
      known.push_back(kAllDetectors);
      reader.Error(*text.node, {"\"detect\": unknown detector ", Quoted(text.text),
                                SuggestName(text.text, known)});
    }
  }
}

// No references are expanded in a regex.
void LoadRegex(MapReader& reader, RedactPattern& pattern) {
  reader.Require("regex");
  const YamlNode* node = reader.Take("regex");
  if (node == nullptr) return;
  if (node->kind() != YamlNode::Kind::kScalar) {
    reader.Error(*node, {"\"regex\": expected a regular expression, got ", node->kind_name()});
    return;
  }
  pattern.regex = node->text();
  const absl::Status status = Regex::Compile(pattern.regex).status();
  if (!status.ok()) reader.Error(*node, {"\"regex\": ", FromAbsl(status.message())});
}

void LoadPattern(LoadContext& context, const YamlNode& node, RedactOptions& options) {
  MapReader reader(context, node, node.place(), "a pattern of \"redact\"");
  if (!reader.is_map()) return;
  RedactPattern pattern;
  reader.Require("name");
  pattern.name = reader.String("name", "");
  LoadRegex(reader, pattern);
  reader.Finish();
  options.patterns.push_back(std::move(pattern));
}

void LoadPatterns(MapReader& reader, RedactOptions& options) {
  const YamlNode* node = reader.Take("patterns");
  if (node == nullptr) return;
  if (node->kind() != YamlNode::Kind::kSequence) {
    reader.Error(*node, {"\"patterns\": expected a list, got ", node->kind_name()});
    return;
  }
  if (node->items().size() > RedactOptions::kMaxPatterns) {
    reader.Error(*node, {"more than 64 patterns"});
    return;
  }
  for (const YamlNode* pattern : node->items()) LoadPattern(reader.context(), *pattern, options);
}

void LoadKey(MapReader& reader, RedactOptions& options) {
  const YamlNode* node = reader.Take("key");
  std::optional<ConfigText> key = reader.Text("key", "a secret text");
  options.key_id = reader.String("key_id", std::move(options.key_id));
  const bool hashes = options.action == RedactAction::kHash;
  if (key.has_value()) {
    options.key = Secret(std::move(key->text));
    // At the map, since the line of the key would show it.
    // At the map, since the line of the key would show it.
    if (!hashes) {
      reader.context().diagnostics.Warning(reader.place(),
                                           {"\"key\" has no effect without \"action: hash\""});
    } else if (!options.key.empty() && options.key.Reveal().size() < kMinKeyBytes) {
      reader.context().diagnostics.Warning(
          reader.place(), {"\"key\" is shorter than 16 bytes: whoever sees hashes may guess it"});
    }
  } else if (hashes && node == nullptr) {
    reader.context().diagnostics.Warning(
        reader.place(), {"without a \"key\" the hashes are made with the published one: anyone can "
                         "find out by trying which card or address they stand for"});
  }
}

}  // namespace

std::optional<RedactOptions> LoadRedact(LoadContext& context, const YamlNode& node) {
  constexpr std::string_view kActions[] = {"mask", "remove", "hash"};
  const size_t errors_before = context.diagnostics.errors();
  MapReader reader(context, node, node.place(), "\"redact\"");
  if (!reader.is_map()) return std::nullopt;
  RedactOptions options;
  LoadDetectors(reader, options);
  LoadPatterns(reader, options);
  for (ConfigText& field : reader.TextList("fields")) options.fields.push_back(field.text);
  options.action = static_cast<RedactAction>(reader.Choice("action", kActions));
  options.keep_last = static_cast<uint32_t>(
      reader.Integer("keep_last", {0, int64_t{RedactOptions::kMaxKeepLast}}, 0));
  LoadKey(reader, options);
  if (options.keep_last > 0 && options.action != RedactAction::kMask) {
    context.diagnostics.Warning(reader.Take("keep_last")->place(),
                                {"\"keep_last\" has no effect without \"action: mask\""});
    options.keep_last = 0;
  }
  reader.Finish();
  if (context.diagnostics.errors() > errors_before) return std::nullopt;
  const absl::Status status = options.Validate();
  if (status.ok()) return options;
  reader.Error(node, {FromAbsl(status.message())});
  return std::nullopt;
}

}  // namespace tailrace
