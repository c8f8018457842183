// Finds international bank account numbers (ISO 13616), in one run or in groups of four.
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindIbans(const NamedText& subject, Findings& findings);

}  // namespace tailrace
