// HttpClient sends HTTP/1.1 requests to a set of endpoints and says of each, without doubt, whether
// the peer may have acted on it. Which endpoint is next, and what to try again, is the caller's
// business; the client follows no redirect and repeats nothing.
//
// Threads    Not thread-safe; owned by the loop's thread.
// Ownership  The bytes of a request's body stay the caller's and must stay as they are until its
//            callback runs; they are sent from where they lie.
// Bounds     `max_connections` in all, each with one request at a time and the buffers of Wire;
//            answers of up to `max_answer_bytes`.
// Ordering   A callback runs on the loop, never inside Send or Shutdown, once for each Send that
//            returned OK, unless the client is destroyed before.
// Failure    No request outlasts its deadlines, whatever the peer does: see HttpClientOptions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/base/secret_text.h"
#include "agent/net/dialer.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_answer_reader.h"
#include "agent/net/http_credentials.h"
#include "agent/net/resolver.h"
#include "agent/net/tls_context.h"
#include "agent/net/tls_options.h"
#include "agent/net/url.h"

namespace tailrace {

struct HttpClientOptions {
  // More: more requests at once, and more sockets and memory at both ends.
  size_t max_connections = 4;
  // Of each step: the lookup of the name; the connect, shared among the addresses; a proxy's
  // tunnel; the TLS handshake; a write that makes no progress; the wait for the answer's first
  // byte; the rest of the answer. A request as a whole may take twice as long, so a peer that takes
  // a byte a second gains nothing. Less gives up slow peers, more waits longer for dead ones.
  std::chrono::milliseconds timeout{30000};
  // Connections that were idle for longer are not used again: what stands between may have
  // forgotten them.
  std::chrono::milliseconds max_idle{60000};
  // Nor are those that were made longer ago, however busy: a name that leads elsewhere by now is
  // looked up again. Less follows DNS sooner, more connects less.
  std::chrono::milliseconds max_age{600000};
  size_t max_answer_bytes = size_t{256} << 20;
  LookupFunction look_up = LookUpBySystem;
  TlsOptions tls;  // For https endpoints.
  // See ParseProxyUrl; empty: none. Read again for each connection, by http for each request.
  SecretText proxy_url;
  HttpCredentials credentials;  // Of every request; read again for each.

  absl::Status Validate() const;
};

struct HttpRequest {
  size_t endpoint = 0;  // Index into the endpoints.
  std::string method = "GET";
  std::string target = "/";  // Path and query; the endpoint's prefix comes before it.
  // Host, Content-Length, Connection, Transfer-Encoding, Authorization and Proxy-Authorization are
  // the client's own.
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string_view> body;  // Sent one after the other.
};

enum class HttpOutcome : uint8_t {
  kAnswered,   // A whole answer is there, whatever its status.
  kNotSent,    // The peer cannot have acted: no connection, or none of the body was written.
  kAmbiguous,  // Some or all of the request was written, and no whole answer came: it may have.
};

struct HttpResult {
  HttpOutcome outcome = HttpOutcome::kNotSent;
  // OK when answered. Else it names the endpoint and the step: kDeadlineExceeded, kUnavailable
  // (refused, reset, closed), kNotFound (no such name), kUnauthenticated (a certificate that is
  // not taken, by us or by the peer; see tls_failure.h), kDataLoss (no HTTP, or cut off),
  // kResourceExhausted (an answer beyond the limits), kCancelled (Shutdown).
  absl::Status status;
  // The connection had been used before and was closed before any byte of an answer: most likely
  // the peer had ended its keep-alive at that moment. Another attempt at once is in order.
  bool stale_connection = false;
  HttpAnswer answer;  // When answered.
};

using HttpDoneFn = absl::AnyInvocable<void(HttpResult)>;

class HttpConnection;

class HttpClient {
 public:
  // kInvalidArgument for no endpoints or bad options. Certificates are read when they are needed.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Open(EventLoop& loop,
                                                          std::vector<Url> endpoints,
                                                          HttpClientOptions options);
  // Closes everything; callbacks that have not run do not run any more.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // kResourceExhausted when `max_connections` requests are in flight, kFailedPrecondition after
  // Shutdown, kInvalidArgument for a method, target or header that is none; those of ParseProxyUrl
  // and HttpCredentials, since secrets are read here.
  // REQUIRES: `request.endpoint` is the index of an endpoint.
  [[nodiscard]] absl::Status Send(HttpRequest request, HttpDoneFn done);

  // Takes no more requests and ends those in flight as kNotSent or kAmbiguous, each as it stands.
  // Their callbacks run when the loop runs next.
  void Shutdown();

  size_t in_flight() const { return in_flight_; }
  const std::vector<Url>& endpoints() const { return endpoints_; }

 private:
  HttpClient(EventLoop& loop, std::vector<Url> endpoints, HttpClientOptions options);

  // `proxy` is the one in force at this moment.
  std::shared_ptr<HttpConnection> TakeConnection(size_t endpoint, std::optional<ProxyServer> proxy);
  bool StillGood(const HttpConnection& connection, MonotonicTime now);
  absl::StatusOr<std::optional<ProxyServer>> CurrentProxy();
  absl::StatusOr<Secret> RenderHead(const HttpRequest& request,
                                    const std::optional<ProxyServer>& proxy);
  void OnDone(HttpConnection* connection);
  void Remove(HttpConnection* connection);

  EventLoop& loop_;
  const std::vector<Url> endpoints_;
  const HttpClientOptions options_;
  Resolver resolver_;
  TlsContext tls_;
  SecretText proxy_url_;
  HttpCredentials credentials_;
  // Busy and idle ones; the one that became idle last is at the end.
  std::vector<std::shared_ptr<HttpConnection>> connections_;
  size_t in_flight_ = 0;
  bool shut_down_ = false;
};

}  // namespace tailrace
