// Finds social security numbers of the USA: 123-45-6789 anywhere; with spaces, or as nine digits in
// one run, behind a name that ends with "ssn" or "social security number".
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

// Names that make any nine digits a social security number.
bool IsSsnName(std::string_view name);

void FindSsns(const NamedText& subject, Findings& findings);

}  // namespace tailrace
