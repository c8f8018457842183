// Loads the map `tls` of a sink.
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics, a certificate file that cannot be used too.
#pragma once

#include <optional>

#include "agent/config/map_reader.h"
#include "agent/net/tls_options.h"

namespace tailrace {

// nullopt when `owner` has no key `tls`; `tls: {}` is TLS with its defaults.
std::optional<TlsOptions> LoadTls(MapReader& owner);

}  // namespace tailrace
