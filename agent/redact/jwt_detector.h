// Finds JSON Web Tokens (RFC 7519): signed ones of three parts, unsigned and cut ones of two,
// encrypted ones of five. The first part must decode to a header that names an algorithm.
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindJwts(const NamedText& subject, Findings& findings);

}  // namespace tailrace
