// HttpServer answers GET (and HEAD) requests on a TCP address, a Unix socket, or both: health,
// metrics and the agent's own API.
//
// Threads    Not thread-safe; owned by the loop's thread, on which routes run as well.
// Bounds     `max_connections`; one that is idle makes place for a new one, and when all are busy
//            the new one is closed. Heads of up to `max_head_bytes`, no bodies.
// Ordering   Requests of one connection are answered in their order.
// Failure    Open says what cannot be listened on. Peers get 400, 404, 405 or 431, and no peer can
//            hold a connection for longer than the timeouts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/base/unique_fd.h"
#include "agent/net/event_loop.h"

namespace tailrace {

struct HttpServerOptions {
  std::string listen;       // "127.0.0.1:9600"; port 0 is any free one; "" for none.
  std::string socket_path;  // Unix socket, mode 0600; "" for none.
  size_t max_connections = 64;
  size_t max_head_bytes = 8 * 1024;
  // Of a request's head, and of a write that makes no progress.
  std::chrono::milliseconds timeout{10000};
  // Between requests.
  std::chrono::milliseconds idle_timeout{60000};

  absl::Status Validate() const;
};

// Views hold during the call.
struct HttpCall {
  std::string_view path;   // As it came, without the query.
  std::string_view query;  // Behind the "?", undecoded.
};

struct HttpReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

using HttpRoute = std::function<HttpReply(const HttpCall& call)>;

class HttpSession;

class HttpServer {
 public:
  static absl::StatusOr<std::unique_ptr<HttpServer>> Open(EventLoop& loop,
                                                          HttpServerOptions options);
  // Closes everything and removes the Unix socket.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Answers `path` ("/livez") by `route`, which takes the place of an earlier one.
  void Handle(std::string_view path, HttpRoute route);

  // The TCP port that is listened on; 0 without one.
  uint16_t port() const { return port_; }

  size_t connections() const { return sessions_.size(); }

 private:
  struct Listener {
    UniqueFd fd;
    std::unique_ptr<FdWatch> watch;  // Ends before `fd` is closed.
  };

  HttpServer(EventLoop& loop, HttpServerOptions options);

  absl::Status Listen(UniqueFd fd);
  absl::Status Watch(Listener& listener);
  void Accept(Listener& listener);
  void Admit(UniqueFd fd);
  void Pause(Listener& listener, const absl::Status& why);
  HttpReply Answer(std::string_view method, std::string_view target) const;

  EventLoop& loop_;
  const HttpServerOptions options_;
  uint16_t port_ = 0;
  std::list<Listener> listeners_;  // A list, since watches point into it.
  Timer resume_;
  bool owns_socket_path_ = false;
  std::map<std::string, HttpRoute, std::less<>> routes_;
  std::list<std::shared_ptr<HttpSession>> sessions_;  // Oldest first.
};

}  // namespace tailrace
