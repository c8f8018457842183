// AdminServer is how people and machines look into a running agent: /metrics, /livez and /readyz on
// the address `listen`; these and /api/v1/status on the Unix socket, which only the agent's own
// user may open.
//
//   AdminOptions options{config.admin_listen, config.admin_socket};
//   ASSIGN_OR_RETURN(auto admin, AdminServer::Open(loop, options, std::move(inputs), clock));
//
// Threads    Owned by the loop's thread, on which the inputs run as well.
// Ownership  Borrows the loop, the clock and what the inputs refer to.
// Failure    Open says what is wrong with `listen`. A socket that cannot be had (its folder may be
//            full or read-only, which must not stop the flow) is a WARN, and is tried again at
//            each observation.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/admin/agent_status.h"
#include "agent/admin/health.h"
#include "agent/admin/metrics_page.h"
#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_server.h"

namespace tailrace {

struct AdminOptions {
  std::string listen;       // "127.0.0.1:9600"; port 0 takes a free one; "" for none.
  std::string socket_path;  // "" for none.
  // How often health looks for progress. More sees a stall later, less costs more when idle.
  std::chrono::milliseconds observe_interval{5000};
};

struct AdminInputs {
  const MetricRegistry& registry;
  HealthInputs health;
  std::function<AgentStatus()> status;
  std::function<void()> before_metrics;  // Called before a metrics page is made; may be empty.
};

class AdminServer {
 public:
  // Errors: those of ListenTcp, and kInvalidArgument for an interval that is not positive.
  // REQUIRES: all functions are set.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Open(EventLoop& loop, AdminOptions options,
                                                           AdminInputs inputs, const Clock& clock);
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // "127.0.0.1:43121": what is listened on, with the port that port 0 became; "" for none.
  const std::string& address() const { return address_; }
  // 0 without a `listen`.
  uint16_t port() const { return tcp_ == nullptr ? 0 : tcp_->port(); }
  bool socket_open() const { return unix_ != nullptr; }

 private:
  AdminServer(EventLoop& loop, AdminOptions options, AdminInputs inputs, const Clock& clock);

  absl::Status OpenTcp();
  void OpenSocket();
  void HandleHealth(HttpServer& server);
  void Tick();
  HttpReply Status();

  EventLoop& loop_;
  const AdminOptions options_;
  const AdminInputs inputs_;
  const Clock& clock_;
  const MonotonicTime started_at_;
  const MetricsPage page_;
  Health health_;
  std::string address_;
  std::unique_ptr<HttpServer> tcp_;
  std::unique_ptr<HttpServer> unix_;
  bool socket_failed_ = false;  // And was logged.
  bool live_ = true;            // At the last tick, and logged when it is not.
  Timer timer_;
};

}  // namespace tailrace
