#include "agent/net/http_client.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/net/http_connection.h"

namespace tailrace {
namespace {

// RFC 9110 section 5.6.2.
bool IsToken(std::string_view text) {
  const auto is_token_character = [](char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kMarks.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

// Nothing that could end the line and begin a header of its own.
bool IsHeaderValue(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7F);
  });
}

bool IsOwnHeader(std::string_view name) {
  for (const std::string_view own : {"Host", "Content-Length", "Connection", "Transfer-Encoding",
                                     "Authorization", "Proxy-Authorization"}) {
    if (absl::EqualsIgnoreCase(ToAbsl(name), ToAbsl(own))) return true;
  }
  return false;
}

absl::Status ValidateRequest(const HttpRequest& request) {
  if (!IsToken(request.method)) return absl::InvalidArgumentError("HTTP request: bad method");
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_visible)) {
    return absl::InvalidArgumentError("HTTP request: bad target");
  }
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name) || !IsHeaderValue(value) || IsOwnHeader(name)) {
      return absl::InvalidArgumentError(absl::StrCat("HTTP request: bad header \"", name, "\""));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status HttpClientOptions::Validate() const {
  if (max_connections == 0) return absl::InvalidArgumentError("max_connections: at least 1");
  if (timeout.count() <= 0) return absl::InvalidArgumentError("timeout: must be over 0");
  if (max_idle.count() < 0) return absl::InvalidArgumentError("max_idle: must not be negative");
  if (max_age.count() < 0) return absl::InvalidArgumentError("max_age: must not be negative");
  if (max_answer_bytes == 0) return absl::InvalidArgumentError("max_answer_bytes: at least 1");
  if (look_up == nullptr) return absl::InvalidArgumentError("look_up: missing");
  return tls.Validate();
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Open(EventLoop& loop,
                                                             std::vector<Url> endpoints,
                                                             HttpClientOptions options) {
  RETURN_IF_ERROR(options.Validate());
  if (endpoints.empty()) return absl::InvalidArgumentError("HTTP client: no endpoints");
  return std::unique_ptr<HttpClient>(
      new HttpClient(loop, std::move(endpoints), std::move(options)));
}

HttpClient::HttpClient(EventLoop& loop, std::vector<Url> endpoints, HttpClientOptions options)
    : loop_(loop),
      endpoints_(std::move(endpoints)),
      options_(std::move(options)),
      resolver_(loop, options_.look_up),
      tls_(options_.tls),
      proxy_url_(options_.proxy_url),
      credentials_(options_.credentials) {}

HttpClient::~HttpClient() {
  for (const auto& connection : connections_) connection->Abandon();
}

absl::Status HttpClient::Send(HttpRequest request, HttpDoneFn done) {
  CHECK(request.endpoint < endpoints_.size());
  if (shut_down_) return absl::FailedPreconditionError("HTTP client: shut down");
  if (in_flight_ == options_.max_connections) {
    return absl::ResourceExhaustedError("HTTP client: max_connections requests are in flight");
  }
  RETURN_IF_ERROR(ValidateRequest(request));
  ASSIGN_OR_RETURN(std::optional<ProxyServer> proxy, CurrentProxy());
  ASSIGN_OR_RETURN(Secret head, RenderHead(request, proxy));
  const std::shared_ptr<HttpConnection> connection =
      TakeConnection(request.endpoint, std::move(proxy));
  ++in_flight_;
  const auto expect = request.method == "HEAD" ? HttpAnswerReader::Expect::kHeadOnly
                                               : HttpAnswerReader::Expect::kBody;
  // The client abandons its connections before it goes, so `this` is safe.
  connection->Start(
      std::move(head), std::move(request.body), expect,
      [this, raw = connection.get(), user = std::move(done)](HttpResult result) mutable {
        OnDone(raw);
        user(std::move(result));
      });
  return absl::OkStatus();
}

// An idle connection to the endpoint, the one used last first; else a new one, in the place of an
// idle one when there are too many.
std::shared_ptr<HttpConnection> HttpClient::TakeConnection(size_t endpoint,
                                                           std::optional<ProxyServer> proxy) {
  const MonotonicTime now = std::chrono::steady_clock::now();
  for (size_t i = connections_.size(); i-- > 0;) {
    std::shared_ptr<HttpConnection> connection = connections_[i];
    if (connection->busy() || connection->endpoint() != endpoint) continue;
    if (StillGood(*connection, now)) return connection;
    connection->Abandon();
    Remove(connection.get());
  }
  if (connections_.size() == options_.max_connections) {
    const auto idle = std::ranges::find_if(connections_, [](const auto& c) { return !c->busy(); });
    CHECK(idle != connections_.end());
    (*idle)->Abandon();
    connections_.erase(idle);
  }
  const Dialer::Route route{endpoints_[endpoint], std::move(proxy), &tls_, options_.timeout};
  auto connection = std::make_shared<HttpConnection>(loop_, resolver_, endpoint, route,
                                                     options_.max_answer_bytes);
  connections_.push_back(connection);
  return connection;
}

// Certificates that were replaced are not used on: what they were replaced for may have been lost.
bool HttpClient::StillGood(const HttpConnection& connection, MonotonicTime now) {
  const bool tls = endpoints_[connection.endpoint()].tls;
  return connection.idle_since() >= now - options_.max_idle &&
         connection.made_at() >= now - options_.max_age &&
         (!tls || connection.tls_generation() == tls_.Generation(now)) && connection.reusable();
}

absl::StatusOr<Secret> HttpClient::RenderHead(const HttpRequest& request,
                                              const std::optional<ProxyServer>& proxy) {
  ASSIGN_OR_RETURN(const Secret authorization,
                   credentials_.Header(std::chrono::steady_clock::now()));
  const Url& url = endpoints_[request.endpoint];
  const bool by_proxy = proxy.has_value() && !url.tls;
  size_t body_bytes = 0;
  for (const std::string_view part : request.body) body_bytes += part.size();
  // RFC 9112 section 3.2.2: a proxy is told the whole URL.
  std::string head = absl::StrCat(request.method, " ", by_proxy ? url.ToString() : url.prefix,
                                  request.target, " HTTP/1.1\r\nHost: ", url.Authority(), "\r\n");
  const auto add = [&head](std::string_view name, std::string_view value) {
    absl::StrAppend(&head, ToAbsl(name), ": ", ToAbsl(value), "\r\n");
  };
  if (by_proxy && !proxy->authorization.empty()) {
    add("Proxy-Authorization", proxy->authorization.Reveal());
  }
  if (!authorization.empty()) add("Authorization", authorization.Reveal());
  for (const auto& [name, value] : request.headers) add(name, value);
  // RFC 9110 section 8.6: methods that expect a body name its length even when it is empty.
  if (body_bytes > 0 || request.method == "POST" || request.method == "PUT") {
    add("Content-Length", std::to_string(body_bytes));
  }
  head += "\r\n";
  return Secret(std::move(head));
}

absl::StatusOr<std::optional<ProxyServer>> HttpClient::CurrentProxy() {
  if (proxy_url_.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const Secret url, proxy_url_.Read(std::chrono::steady_clock::now()));
  ASSIGN_OR_RETURN(ProxyServer proxy, ParseProxyUrl(url.Reveal()));
  return proxy;
}

void HttpClient::OnDone(HttpConnection* connection) {
  --in_flight_;
  const auto place = std::ranges::find_if(
      connections_, [&](const auto& candidate) { return candidate.get() == connection; });
  CHECK(place != connections_.end());
  if (connection->reusable()) {
    std::rotate(place, place + 1, connections_.end());
  } else {
    connection->Abandon();
    connections_.erase(place);
  }
}

void HttpClient::Remove(HttpConnection* connection) {
  std::erase_if(connections_, [&](const auto& candidate) { return candidate.get() == connection; });
}

void HttpClient::Shutdown() {
  shut_down_ = true;
  const std::vector<std::shared_ptr<HttpConnection>> connections = connections_;
  for (const auto& connection : connections) {
    if (connection->busy()) {
      connection->Abort(absl::CancelledError("HTTP client: shut down"));
    } else {
      connection->Abandon();
      Remove(connection.get());
    }
  }
}

}  // namespace tailrace
