// Url is the part of an http URL (RFC 3986) that an endpoint has: scheme, host, port and a path
// that stands before every request's own.
//
// Threads    A plain value.
// Failure    ParseUrl: kInvalidArgument names what is wrong. It opens and resolves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace tailrace {

struct Url {
  bool tls = false;  // https.
  std::string host;  // A name or an address; an IPv6 address without its brackets.
  uint16_t port = 0;
  std::string prefix;  // "" or "/a/b", never ending in a slash.

  // "es:9200", "[::1]:9200": what a Host header says. Without the scheme's own port.
  std::string Authority() const;
  // "http://es:9200/prefix", for messages.
  std::string ToString() const;

  friend bool operator==(const Url&, const Url&) = default;
};

// Takes "http://host[:port][/prefix]" and "https://...". Credentials, a query and a fragment are
// refused. The port defaults to the scheme's, 80 or 443.
absl::StatusOr<Url> ParseUrl(std::string_view text);

}  // namespace tailrace
