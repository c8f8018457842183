// Says what runs each parser of a config, and how fast that is, for `check -v`:
//
//   parsers of pipeline shop
//     parse
//       nginx_access: preset, 310 ns a line
//         grok: scanner, 9 captures, 84 ns a line
//       regex: RE2, 6 captures, since ...
//
// A preset is timed on the lines of its own tests, each parser in it on those that it takes.
//
// Threads    Not thread-safe.
// Cost       About 5 ms a time that it says.
#pragma once

#include <string>

#include "agent/base/clock.h"
#include "agent/config/config.h"
#include "agent/config/preset_library.h"

namespace tailrace {

// `presets` are those of the config.
std::string DescribeParsers(const Config& config, PresetLibrary& presets,
                            const LoadEnvironment& environment, const Clock& clock);

}  // namespace tailrace
