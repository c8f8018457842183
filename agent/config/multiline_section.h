// Loads the stage `multiline`: a language or a list of them, or a map of languages, patterns and
// bounds. What the rules mean stands in parsers/multiline_rules.h.
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics; then there are no options.
#pragma once

#include <optional>

#include "agent/config/map_reader.h"
#include "parsers/event_joiner.h"

namespace tailrace {

// `node` is the value of the key `multiline`.
std::optional<MultilineStageOptions> LoadMultiline(LoadContext& context, const YamlNode& node);

}  // namespace tailrace
