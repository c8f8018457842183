// Finds addresses of the Internet Protocol, without port, prefix length and zone.
//
// Not one: versions (v1.2.3.4, version=1.2.3.4, Chrome/124.0.0.0, 1.2.3.4-beta), object
// identifiers, numbers with leading zeros; the scopes of programming languages (dead::code),
// hardware addresses and fingerprints (eight or more pairs of hex digits), "::" alone.
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindIpv4(const NamedText& subject, Findings& findings);
void FindIpv6(const NamedText& subject, Findings& findings);

}  // namespace tailrace
