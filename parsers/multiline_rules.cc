#include "parsers/multiline_rules.h"

#include <string_view>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

struct NamedLanguages {
  std::string_view name;
  TraceLanguages languages;
};
constexpr NamedLanguages kNames[] = {
    {"java", kTraceJava}, {"python", kTracePython}, {"go", kTraceGo},     {"ruby", kTraceRuby},
    {"node", kTraceNode}, {"php", kTracePhp},       {"dart", kTraceDart}, {"csharp", kTraceCsharp},
    {"rust", kTraceRust}, {"all", kTraceAll},
};

absl::StatusOr<TraceLanguages> LanguagesOf(std::string_view name) {
  for (const NamedLanguages& known : kNames) {
    if (known.name == name) return known.languages;
  }
  const std::string_view nearest = NearestName(
      name, {"java", "python", "go", "ruby", "node", "php", "csharp", "dart", "rust", "all"});
  const std::string hint = nearest.empty() ? "" : Concat({"; did you mean ", nearest, "?"});
  return absl::InvalidArgumentError(Concat({"unknown multiline language \"", name, "\"", hint}));
}

absl::Status CompilePattern(std::string_view name, const std::string& pattern,
                            std::optional<Regex>& compiled) {
  if (pattern.empty()) return absl::OkStatus();
  absl::StatusOr<Regex> regex = Regex::Compile(pattern);
  if (!regex.ok()) {
    return absl::InvalidArgumentError(
        Concat({"multiline ", name, ": ", FromAbsl(regex.status().message())}));
  }
  compiled = *std::move(regex);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MultilineRules> MultilineRules::Compile(const MultilineOptions& options) {
  MultilineRules rules;
  for (const std::string& name : options.languages) {
    const absl::StatusOr<TraceLanguages> languages = LanguagesOf(name);
    if (!languages.ok()) return languages.status();
    rules.languages_ |= *languages;
  }
  const struct {
    std::string_view name;
    const std::string& pattern;
    std::optional<Regex>& compiled;
  } kPatterns[] = {{"start", options.start_pattern, rules.start_},
                   {"continue", options.continue_pattern, rules.continue_},
                   {"end", options.end_pattern, rules.end_}};
  for (const auto& [name, pattern, compiled] : kPatterns) {
    absl::Status status = CompilePattern(name, pattern, compiled);
    if (!status.ok()) return status;
  }
  if (rules.languages_ == 0 && !rules.has_patterns()) {
    return absl::InvalidArgumentError("multiline needs a language or a pattern");
  }
  if (rules.languages_ != 0 && rules.has_patterns() && !rules.start_) {
    return absl::InvalidArgumentError(
        "multiline: continue or end without start take every line, so nothing is left for the "
        "languages; add a start or leave the languages out");
  }
  return rules;
}

}  // namespace tailrace
