#include "agent/net/proxy.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/net/http_credentials.h"

namespace tailrace {
namespace {

absl::StatusOr<Secret> PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    const char* const begin = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2) {
      return absl::InvalidArgumentError(
          "proxy: \"%\" before the \"@\" must be followed by two hexadecimal digits");
    }
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return Secret(std::move(decoded));
}

}  // namespace

std::string ProxyServer::ToString() const {
  const Url url{.tls = false, .host = host, .port = port, .prefix = ""};
  return Concat({"proxy ", url.Authority()});
}

absl::StatusOr<ProxyServer> ParseProxyUrl(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with("https://")) {
    return absl::UnimplementedError("proxy: spoken to by http only, not by https");
  }
  if (!text.starts_with(kScheme)) {
    return absl::InvalidArgumentError("proxy: must begin with http://");
  }
  const std::string_view rest = text.substr(kScheme.size());
  // The last one: an "@" in the password that is not encoded is taken as it is.
  const size_t at = rest.rfind('@');
  ProxyServer proxy;
  std::string_view authority = rest;
  if (at != std::string_view::npos) {
    if (rest.substr(0, at).find(':') == std::string_view::npos) {
      return absl::InvalidArgumentError("proxy: expected USER:PASSWORD before the \"@\"");
    }
    ASSIGN_OR_RETURN(const Secret plain, PercentDecode(rest.substr(0, at)));
    proxy.authorization = BasicAuthorization(plain);
    authority = rest.substr(at + 1);
  }
  ASSIGN_OR_RETURN(Url url, ParseUrl(Concat({kScheme, authority})));
  if (!url.prefix.empty()) return absl::InvalidArgumentError("proxy: a path has no place there");
  proxy.host = std::move(url.host);
  proxy.port = url.port;
  return proxy;
}

Secret ConnectHead(const ProxyServer& proxy, const Url& url) {
  // The port always: the target of CONNECT has no default (RFC 9110 section 9.3.6).
  const bool bare = url.host.find(':') == std::string::npos;
  const std::string target =
      bare ? absl::StrCat(url.host, ":", url.port) : absl::StrCat("[", url.host, "]:", url.port);
  std::string head = absl::StrCat("CONNECT ", target, " HTTP/1.1\r\nHost: ", target, "\r\n");
  if (!proxy.authorization.empty()) {
    absl::StrAppend(&head, "Proxy-Authorization: ", ToAbsl(proxy.authorization.Reveal()), "\r\n");
  }
  head += "\r\n";
  return Secret(std::move(head));
}

}  // namespace tailrace
