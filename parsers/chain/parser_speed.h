// How long a parser takes for lines that are its own, as `check -v` says.
//
// Threads    Any.
// Units      Nanoseconds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "parsers/chain/parser_plan.h"

namespace tailrace {

// Runs a chain of `plan` over `lines` in batches for about 5 ms of `clock`; the fastest of several
// rounds, divided by the lines. nullopt without lines.
std::optional<double> NanosPerLine(const ParserPlanPtr& plan, const std::vector<std::string>& lines,
                                   const Clock& clock);

}  // namespace tailrace
