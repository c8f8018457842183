// Finds credentials of HTTP: what follows the scheme in `Authorization:` and `Proxy-Authorization:`
// in whatever notation, and behind "Bearer" and "Basic" anywhere when it looks like credentials.
//
// The parameters of schemes such as Digest and AWS4-HMAC-SHA256 are found as one. Prose is left
// alone: "authorization required", "the bearer token expired", "basic authentication".
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

bool IsAuthorizationName(std::string_view name);

void FindAuthorizations(const NamedText& subject, Findings& findings);

}  // namespace tailrace
