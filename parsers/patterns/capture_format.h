// Formats whose fields are named captures: what `regex:`, `grok:` and `pattern:` make.
//
// Invariants  A capture that takes no part, or is empty, makes no field; nor does one without a
//             name. Of captures of one name the last that makes a field counts.
// Threads     See Format.
// Ownership   They share the pattern.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "agent/pattern/line_pattern.h"
#include "parsers/format.h"
#include "parsers/patterns/literal_pattern.h"

namespace tailrace {

// By the name of a field; those of grok's references count where a name is not here.
using FieldTypes = std::map<std::string, CaptureType, std::less<>>;

FormatMaker CaptureFormat(LinePattern pattern, const FieldTypes& types = {});
FormatMaker CaptureFormat(LiteralPattern pattern, const FieldTypes& types = {});

}  // namespace tailrace
