// Runs lines through a MultilineState and gives back the events, each as its lines.
//
// Threads    Any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/multiline_state.h"

namespace tailrace {

using Event = std::vector<std::string>;

std::vector<std::string> LinesOf(std::string_view text);

// Checks on the way that roles fit each other: nothing continues what is not open.
std::vector<Event> EventsOf(const MultilineRules& rules, const std::vector<std::string>& lines);

MultilineRules RulesFor(std::vector<std::string> languages);

}  // namespace tailrace
