// Finds private keys in PEM (RFC 7468) and PGP's armour, from the first dash to the last, with line
// breaks or with "\n" in their place. A block that is cut ends with its last byte of base64.
//
// Threads    Any.
// Cost       Linear; a search for "-----BEGIN".
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindPrivateKeys(const NamedText& subject, Findings& findings);

}  // namespace tailrace
