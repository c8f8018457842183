// Dialer makes a wire ready for the first request: it looks the name up, connects, has the proxy
// make a tunnel, and shakes hands. The inside of HttpConnection.
//
// Threads    As EventLoop.
// Ownership  Its owner keeps it, and what it was given, until it is done or cancelled.
// Ordering   The callback runs on the loop, never inside Start, and not after Cancel.
// Failure    Each step has `timeout`. A status says which step failed; nothing of a request has
//            been sent then.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "agent/base/clock.h"
#include "agent/base/secret.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_answer_reader.h"
#include "agent/net/proxy.h"
#include "agent/net/resolver.h"
#include "agent/net/tls_context.h"
#include "agent/net/url.h"
#include "agent/net/wire.h"

namespace tailrace {

class Dialer {
 public:
  struct Route {
    Url url;
    std::optional<ProxyServer> proxy;
    TlsContext* tls = nullptr;  // For https.
    std::chrono::nanoseconds timeout{};
  };
  using DoneFn = absl::AnyInvocable<void(absl::Status)>;

  Dialer(EventLoop& loop, Resolver& resolver, std::shared_ptr<Wire> wire, Route route);
  ~Dialer();

  // REQUIRES: not called before.
  void Start(DoneFn done);
  void Cancel();

  // "10.0.0.1:9200", "proxy 10.0.0.1:3128": where it connects; "" before that is known.
  std::string peer() const;

 private:
  void OnResolved(LookupResult addresses);
  void Connect(size_t index);
  void OnConnected(size_t index, const absl::Status& status);
  void AskForTunnel();
  void WriteConnectHead();
  void ReadTunnelAnswer();
  void OnTunnelAnswer(const WireRead& read);
  void Shake();
  void StartDeadline(std::string_view step);
  void End(absl::Status status);

  Resolver& resolver_;
  const std::shared_ptr<Wire> wire_;
  const Route route_;
  DoneFn done_;
  Timer deadline_;
  Resolver::Ticket lookup_ = 0;
  std::vector<SocketAddress> addresses_;
  size_t connecting_ = 0;  // Index of the address that is tried.
  MonotonicTime connect_deadline_{};
  absl::Status connect_status_;  // Of the address tried last.
  std::string address_text_;
  Secret connect_head_;
  size_t head_written_ = 0;
  HttpAnswerReader tunnel_answer_;
};

}  // namespace tailrace
