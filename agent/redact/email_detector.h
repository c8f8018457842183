// Finds addresses of electronic mail: ada@example.com, ada%40example.com in URLs.
//
// Not one: what has no top-level domain (root@localhost), file names, units and versions
// (logo@2x.png, getty@tty1.service, lodash@4.17.21), the user of a URL, git@host:path.
//
// Threads    Any.
// Bounds     64 bytes of local part, 253 of domain.
// Cost       Linear; a search for '@' where there is none.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindEmails(const NamedText& subject, Findings& findings);

}  // namespace tailrace
