// A parser as it is named on the command line:
//
//   json                          also logfmt, key_value, csv, syslog, klog, none, and every preset
//   grok:%{COMBINEDAPACHELOG}     also pattern: and regex:
//   multiline:java,go             languages of stack traces: lines are joined, and make no fields
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics, with its place.
#pragma once

#include <optional>
#include <string_view>

#include "agent/config/map_reader.h"
#include "agent/config/preset_library.h"
#include "parsers/chain/parser_plan.h"
#include "parsers/multiline_rules.h"

namespace tailrace {

struct InlineParser {
  ParserPlanPtr plan;                         // nullptr after an error. Of multiline: it is `none`.
  std::optional<MultilineOptions> multiline;  // Also of a preset that joins lines.
};

// `flag` is how diagnostics call the text: "--as".
InlineParser ParseInlineSpec(LoadContext& context, PresetLibrary& presets, std::string_view flag,
                             std::string_view text);

}  // namespace tailrace
