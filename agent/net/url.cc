#include "agent/net/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// Credentials may stand in front of the host, so messages name the text only where it has none.
absl::Status Invalid(std::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("URL: ", ToAbsl(problem)));
}

bool IsHostCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
}

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

absl::StatusOr<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return Invalid(Concat({"\"", text, "\" is no port (1 to 65535)"}));
  }
  return port;
}

// "host", "host:port", "[address]:port". Leaves `url.port` alone when none is named.
absl::Status ParseAuthority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) {
    return Invalid("credentials do not belong here; set user and password, or api_key");
  }
  size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return Invalid("\"[\" without \"]\"");
    url.host = text.substr(1, bracket - 1);
    if (!IsIpv6(url.host)) return Invalid(Concat({"\"", url.host, "\" is no IPv6 address"}));
    host_end = bracket + 1;
  } else {
    url.host = text.substr(0, host_end);
    if (url.host.empty()) return Invalid("no host");
    if (!std::ranges::all_of(url.host, IsHostCharacter)) {
      return Invalid(Concat({"\"", url.host, "\" is no host"}));
    }
  }
  if (host_end >= text.size()) return absl::OkStatus();
  const std::string_view rest = text.substr(host_end);
  if (!rest.starts_with(':')) return Invalid(Concat({"\"", rest, "\" behind the address"}));
  ASSIGN_OR_RETURN(url.port, ParsePort(rest.substr(1)));
  return absl::OkStatus();
}

}  // namespace

std::string Url::Authority() const {
  const bool bare = host.find(':') == std::string::npos;
  std::string text = bare ? host : absl::StrCat("[", host, "]");
  if (port != (tls ? 443 : 80)) absl::StrAppend(&text, ":", port);
  return text;
}

std::string Url::ToString() const {
  return absl::StrCat(tls ? "https://" : "http://", Authority(), prefix);
}

absl::StatusOr<Url> ParseUrl(std::string_view text) {
  Url url;
  const size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || !(absl::EqualsIgnoreCase(ToAbsl(scheme), "http") ||
                                                absl::EqualsIgnoreCase(ToAbsl(scheme), "https"))) {
    return Invalid("must begin with http:// or https://");
  }
  url.tls = scheme.size() == 5;
  url.port = url.tls ? 443 : 80;
  text.remove_prefix(scheme_end + 3);
  const size_t path_start = std::min(text.find_first_of("/?#"), text.size());
  RETURN_IF_ERROR(ParseAuthority(text.substr(0, path_start), url));

  std::string_view path = text.substr(path_start);
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7F && c != '?' && c != '#'; };
  if (!std::ranges::all_of(path, is_plain)) {
    return Invalid("a query, a fragment, blanks and control characters have no place in the path");
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  url.prefix = path;
  return url;
}

}  // namespace tailrace
