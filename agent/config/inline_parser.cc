#include "agent/config/inline_parser.h"

#include <string>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/config/parser_section.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Sets the parser that stands behind "KIND:"; false when there is no such kind.
bool ReadPattern(std::string_view kind, std::string_view pattern, ParserSpec& spec) {
  const std::string text(pattern);
  if (kind == "grok") {
    spec.parser = GrokSpec{.pattern = text, .patterns = {}, .pattern_texts = {}};
  } else if (kind == "regex") {
    spec.parser = RegexSpec{text};
  } else if (kind == "pattern") {
    spec.parser = PatternSpec{text};
  } else {
    return false;
  }
  spec.name = kind;
  return true;
}

InlineParser MakeMultiline(LoadContext& context, Place place, std::string_view languages) {
  InlineParser made;
  MultilineOptions options{.languages = SplitAtCommas(languages)};
  if (const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(options); !rules.ok()) {
    context.diagnostics.Error(place, {FromAbsl(rules.status().message())});
    return made;
  }
  made.multiline = std::move(options);
  ParserSpec none{.name = "none", .parser = PlainFormat::kNone, .types = {}};
  if (absl::StatusOr<ParserPlanPtr> plan = ParserPlan::Compile({none}); plan.ok()) {
    made.plan = *std::move(plan);
  }
  return made;
}

}  // namespace

InlineParser ParseInlineSpec(LoadContext& context, PresetLibrary& presets, std::string_view flag,
                             std::string_view text) {
  const SourceText source{std::string(flag), std::string(text)};
  const size_t colon = std::min(text.find(':'), text.size());
  const size_t begin = std::min(colon + 1, text.size());
  const std::string_view kind = text.substr(0, colon), rest = text.substr(begin);
  if (kind == "multiline") return MakeMultiline(context, {&source, begin}, rest);
  ParserSpec spec;
  if (!ReadPattern(colon == text.size() ? "" : kind, rest, spec) &&
      !LoadNamedParser(context, presets, text, {&source, 0}, spec)) {
    return {};
  }
  absl::StatusOr<ParserPlanPtr> plan = ParserPlan::Compile({spec});
  if (!plan.ok()) {
    const size_t offset = begin + SyntaxErrorOffset(plan.status());
    context.diagnostics.Error({&source, offset}, {FromAbsl(plan.status().message())});
    return {};
  }
  InlineParser made;
  made.plan = *std::move(plan);
  if (const MultilineOptions* joins = made.plan->multiline(); joins != nullptr) {
    made.multiline = *joins;
  }
  return made;
}

}  // namespace tailrace
