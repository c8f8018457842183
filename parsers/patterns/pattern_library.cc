#include "parsers/patterns/pattern_library.h"

#include <algorithm>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/pattern/grok_reference.h"
#include "parsers/patterns/embedded_files.h"

namespace tailrace {
namespace {

constexpr std::string_view kBase = "conf/patterns/base/";
constexpr std::string_view kLegacy = "conf/patterns/legacy/";
constexpr std::string_view kEcs = "conf/patterns/ecs-v1/";
constexpr std::string_view kBlanks = " \t";

}  // namespace

PatternLibrary PatternLibrary::BuiltIn(GrokNames names) {
  const std::string_view of_names = names == GrokNames::kEcs ? kEcs : kLegacy;
  PatternLibrary library;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (!file.path.starts_with(kBase) && !file.path.starts_with(of_names)) continue;
    CHECK(library.AddFile(file.text).ok());
  }
  return library;
}

absl::Status PatternLibrary::Add(std::string_view name, std::string_view expression) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameByte)) {
    return absl::InvalidArgumentError(
        Concat({"bad name of a pattern \"", name, "\": letters, digits and _ only"}));
  }
  if (expression.empty() || expression.size() > kMaxPatternBytes) {
    return absl::InvalidArgumentError(Concat({"pattern ", name, " is empty or too long"}));
  }
  if (patterns_.size() == kMaxPatterns && Find(name) == nullptr) {
    return absl::InvalidArgumentError("more than 10000 patterns");
  }
  patterns_[std::string(name)] = std::string(expression);
  return absl::OkStatus();
}

absl::Status PatternLibrary::AddFile(std::string_view text) {
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(kBlanks) == std::string_view::npos || line[0] == '#') continue;
    const size_t name_end = line.find_first_of(kBlanks);
    const size_t begin = line.find_first_not_of(kBlanks, name_end);
    const absl::Status added =
        Add(line.substr(0, name_end),
            begin == std::string_view::npos ? std::string_view() : line.substr(begin));
    if (!added.ok()) return Annotate(added, Concat({"line ", std::to_string(number)}));
  }
  return absl::OkStatus();
}

const std::string* PatternLibrary::Find(std::string_view name) const {
  const auto found = patterns_.find(name);
  return found == patterns_.end() ? nullptr : &found->second;
}

absl::StatusOr<LinePattern> PatternLibrary::Compile(std::string_view pattern) const {
  return LinePattern::Compile(
      pattern, {.flavour = RegexFlavour::kOniguruma,
                .find_pattern = [this](std::string_view name) { return Find(name); }});
}

}  // namespace tailrace
