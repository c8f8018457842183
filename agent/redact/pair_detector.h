// Finds the values of secrets that are announced by a name: `password=hunter2`, `"api_key": "x"`,
// `--token x`, `<password>x</password>`, `PASSWORD 'x'`, and the same within escaped JSON. The
// finding is the value without its quotes.
//
// Prose is left alone: "password required", "Password: incorrect", "unexpected token '}'".
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include <cstddef>
#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

// Whether the name that goes on at `at` is one of a secret, and what stands behind it may announce
// a value: without that neither of these finds anything in the text.
bool HasSecretPair(std::string_view text, size_t at);

void FindPasswords(const NamedText& subject, Findings& findings);
void FindAwsSecrets(const NamedText& subject, Findings& findings);

}  // namespace tailrace
