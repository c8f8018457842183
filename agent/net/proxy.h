// An HTTP proxy between a client and its endpoints: for https it is asked for a tunnel by CONNECT
// (RFC 9110 section 9.3.6), for http each request goes to it with the whole URL as its target.
//
// Threads    Plain values.
// Failure    Messages never hold what stands before the "@" of a proxy's URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "agent/base/secret.h"
#include "agent/net/url.h"

namespace tailrace {

struct ProxyServer {
  std::string host;
  uint16_t port = 0;
  Secret authorization;  // The value of Proxy-Authorization; empty: none.

  std::string ToString() const;  // "proxy 10.0.0.1:3128".
};

// "http://[USER:PASSWORD@]HOST[:PORT]", USER and PASSWORD percent-encoded where they must be.
// kInvalidArgument for what is none, kUnimplemented for a proxy that is itself spoken to by TLS.
[[nodiscard]] absl::StatusOr<ProxyServer> ParseProxyUrl(std::string_view text);

// The whole head of the request for a tunnel to `url`.
Secret ConnectHead(const ProxyServer& proxy, const Url& url);

}  // namespace tailrace
