#include "agent/config/known_fields.h"

#include <algorithm>

#include "agent/config/stage_load.h"
#include "agent/pipeline/plan.h"

namespace tailrace {
namespace {

// Stages that make no fields but those that StageSpec::makes names.
constexpr std::string_view kMakeByName[] = {
    "set",     "rename", "remove",    "keep_fields", "drop",      "keep",
    "route",   "cast",   "timestamp", "redact",      "lowercase", "uppercase",
    "replace", "sample", "nest",      "throttle",    "dedupe"};

// `name` stands in `whole`, as "http" does in "http.status".
bool IsAbove(std::string_view name, std::string_view whole) {
  return whole.size() > name.size() && whole.starts_with(name) && whole[name.size()] == '.';
}

}  // namespace

KnownFields::KnownFields() : names_({std::string(kMessageField)}) {}

void KnownFields::AddStage(const StageSpec& stage) {
  for (const FieldPath& path : stage.makes) names_.push_back(path.name());
  if (stage.parser != nullptr) return AddParser(stage);
  anything_ |= std::find(std::begin(kMakeByName), std::end(kMakeByName), stage.kind) ==
               std::end(kMakeByName);
}

void KnownFields::AddParser(const StageSpec& stage) {
  if (!stage.makes.empty()) return;  // All of it goes below that name.
  for (const ParserPlan::Alternative& alternative : stage.parser->alternatives()) {
    if (!alternative.names.has_value()) return AddAnything();
    names_.insert(names_.end(), alternative.names->begin(), alternative.names->end());
  }
}

bool KnownFields::MayHave(const FieldPath& path) const {
  // What the agent writes itself is no stage's business.
  if (anything_ || !CheckWritable(path.name()).ok()) return true;
  return std::any_of(names_.begin(), names_.end(), [&path](const std::string& name) {
    return name == path.name() || IsAbove(name, path.name()) || IsAbove(path.name(), name);
  });
}

std::string_view KnownFields::Nearest(const FieldPath& path) const {
  std::vector<std::string_view> names(names_.begin(), names_.end());
  return NearestName(path.name(), names.data(), names.size());
}

}  // namespace tailrace
