// A Format whose fields are the named captures of a LinePattern: what `regex:` and `grok:` make.
//
// Invariants  A capture that takes no part, or is empty, makes no field; nor does one without a
//             name. Of captures of one name the last that makes a field counts.
// Threads     See Format.
// Ownership   Shares the pattern.
#pragma once

#include "agent/pattern/line_pattern.h"
#include "parsers/format.h"

namespace tailrace {

FormatMaker CaptureFormat(LinePattern pattern);

}  // namespace tailrace
