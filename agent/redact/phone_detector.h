// Finds telephone numbers: those with a country code (E.164, with the usual separators), those of
// North America in their usual forms, and any other of 7 to 15 digits behind a name such as
// "phone".
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

// Names whose value is a telephone number without a country code, or any.
bool IsPhoneName(std::string_view name);

void FindPhones(const NamedText& subject, Findings& findings);

}  // namespace tailrace
