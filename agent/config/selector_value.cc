#include "agent/config/selector_value.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/config/config_files.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

absl::Status ExpandValues(const LoadContext& context, const YamlNode& node,
                          std::vector<LabelMatcher>& matchers) {
  const std::string folder = FolderOf(node.place().source->name());
  for (LabelMatcher& matcher : matchers) {
    if (matcher.is_regex()) continue;
    absl::StatusOr<ExpandedText> value =
        ExpandReferences(matcher.value, context.environment, folder);
    if (!value.ok()) {
      return SyntaxError(matcher.value_offset, {FromAbsl(value.status().message())});
    }
    matcher.value = std::move(value->text);
  }
  return absl::OkStatus();
}

absl::StatusOr<Selector> ParseWithReferences(const LoadContext& context, const YamlNode& node) {
  ASSIGN_OR_RETURN(std::vector<LabelMatcher> matchers, ParseMatchers(node.text()));
  RETURN_IF_ERROR(ExpandValues(context, node, matchers));
  return Selector::Compile(std::move(matchers));
}

}  // namespace

Selector LoadSelector(MapReader& reader, std::string_view key) {
  const YamlNode* node = reader.Take(key);
  if (node == nullptr) return Selector();
  if (node->kind() != YamlNode::Kind::kScalar) {
    reader.Error(*node, {Quoted(key),
                         ": expected a selector in quotes, such as '{namespace=\"shop\"}', got ",
                         node->kind_name()});
    return Selector();
  }
  absl::StatusOr<Selector> selector = ParseWithReferences(reader.context(), *node);
  if (selector.ok()) return *std::move(selector);
  reader.ErrorIn(key, ConfigText{node->text(), node, {}}, selector.status());
  return Selector();
}

void CheckSelectorLabels(LoadContext& context, const YamlNode& node, const Selector& selector,
                         const std::vector<std::string_view>& labels) {
  for (const LabelMatcher& matcher : selector.matchers()) {
    if (std::find(labels.begin(), labels.end(), matcher.label) != labels.end()) continue;
    context.diagnostics.Warning(node.PlaceInText(matcher.label_offset),
                                {"no stream here has the label ", Quoted(matcher.label),
                                 ", so it is always empty", SuggestName(matcher.label, labels)});
  }
}

}  // namespace tailrace
