// Finds what stands between "://" and "@" in a URL (RFC 3986 section 3.2.1): user and password, or
// the token that some put there alone.
//
// Threads    Any.
// Cost       Linear; a search for "://".
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindUserinfo(const NamedText& subject, Findings& findings);

}  // namespace tailrace
