// Loads the secrets of a sink that is reached by HTTP: who it is, and the proxy on the way. They
// are kept as text that is read again when a ${file:} of it changes.
//
// Threads    Not thread-safe.
// Failure    What is wrong with their present values is added to the diagnostics, which show none.
#pragma once

#include "agent/base/secret_text.h"
#include "agent/config/map_reader.h"
#include "agent/net/http_credentials.h"

namespace tailrace {

// `user` and `password`, or `api_key`, or nothing.
HttpCredentials LoadCredentials(MapReader& reader);

// `proxy_url`; empty when there is none.
SecretText LoadProxyUrl(MapReader& reader);

}  // namespace tailrace
