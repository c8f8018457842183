// The stack traces of nine languages as one state machine over lines. A trace may be of several
// languages at once until a line tells ("Error: x" begins those of four), so what is known of it is
// a set of states.
//
// Threads    Any; pure functions.
// Cost       BeginTraceStates: see MultilineState. ContinueTrace: up to 20 comparisons of prefixes.
#pragma once

#include <cstdint>
#include <string_view>

#include "parsers/multiline_rules.h"

namespace tailrace {

using TraceStates = uint32_t;
// Alone in a set: the trace is complete.
inline constexpr TraceStates kTraceDone = 1;

// The states behind a line that begins a trace; 0: it begins none.
// REQUIRES: 15 bytes after `line` may be read.
TraceStates BeginTraceStates(TraceLanguages languages, std::string_view line) noexcept;

// The states behind a further line; 0: the line does not belong to the trace.
TraceStates ContinueTrace(TraceLanguages languages, TraceStates states,
                          std::string_view line) noexcept;

}  // namespace tailrace
