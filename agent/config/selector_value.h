// Reads a LogQL selector from the config. References are replaced in the values of = and !=
// matchers only: a regular expression may well hold a dollar sign.
//
// Threads    Not thread-safe.
// Failure    Errors are added to the diagnostics, with the place within the selector; the result
//            then matches everything.
#pragma once

#include <string_view>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/lang/selector.h"

namespace tailrace {

Selector LoadSelector(MapReader& reader, std::string_view key);

// Warns about matchers of labels that are not in `labels`, those that the streams in question have:
// such a label is always empty. `node` is where the selector stands.
void CheckSelectorLabels(LoadContext& context, const YamlNode& node, const Selector& selector,
                         const std::vector<std::string_view>& labels);

}  // namespace tailrace
