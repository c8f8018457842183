// Finds the values of secrets that are announced by a name: `password=hunter2`, `"api_key": "x"`,
// `--token x`, `<password>x</password>`, `PASSWORD 'x'`, and the same within escaped JSON. The
// finding is the value without its quotes.
//
// Prose is left alone: "password required", "Password: incorrect", "unexpected token '}'".
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindPasswords(const NamedText& subject, Findings& findings);
void FindAwsSecrets(const NamedText& subject, Findings& findings);

}  // namespace tailrace
