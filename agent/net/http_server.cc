#include "agent/net/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/net/http_session.h"
#include "agent/net/listener.h"

namespace tailrace {

absl::Status HttpServerOptions::Validate() const {
  if (listen.empty() && socket_path.empty()) {
    return absl::InvalidArgumentError("HTTP server: neither listen nor socket_path");
  }
  if (max_connections == 0) return absl::InvalidArgumentError("max_connections: at least 1");
  if (max_head_bytes == 0) return absl::InvalidArgumentError("max_head_bytes: at least 1");
  if (timeout.count() <= 0) return absl::InvalidArgumentError("timeout: must be over 0");
  if (idle_timeout.count() <= 0) return absl::InvalidArgumentError("idle_timeout: must be over 0");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Open(EventLoop& loop,
                                                             HttpServerOptions options) {
  RETURN_IF_ERROR(options.Validate());
  std::unique_ptr<HttpServer> server(new HttpServer(loop, std::move(options)));
  const HttpServerOptions& wanted = server->options_;
  if (!wanted.listen.empty()) {
    ASSIGN_OR_RETURN(UniqueFd fd, ListenTcp(wanted.listen));
    server->port_ = LocalPort(fd.get());
    RETURN_IF_ERROR(server->Listen(std::move(fd)));
  }
  if (!wanted.socket_path.empty()) {
    ASSIGN_OR_RETURN(UniqueFd fd, ListenUnix(wanted.socket_path));
    server->owns_socket_path_ = true;
    RETURN_IF_ERROR(server->Listen(std::move(fd)));
  }
  return server;
}

HttpServer::HttpServer(EventLoop& loop, HttpServerOptions options)
    : loop_(loop), options_(std::move(options)), resume_(loop) {}

HttpServer::~HttpServer() {
  for (const auto& session : sessions_) session->Abandon();
  if (owns_socket_path_) ::unlink(options_.socket_path.c_str());
}

void HttpServer::Handle(std::string_view path, HttpRoute route) {
  routes_.insert_or_assign(std::string(path), std::move(route));
}

absl::Status HttpServer::Listen(UniqueFd fd) {
  return Watch(listeners_.emplace_back(Listener{std::move(fd), nullptr}));
}

absl::Status HttpServer::Watch(Listener& listener) {
  ASSIGN_OR_RETURN(listener.watch, FdWatch::Open(loop_, listener.fd.get(),
                                                 [this, &listener] { Accept(listener); }));
  return absl::OkStatus();
}

void HttpServer::Accept(Listener& listener) {
  constexpr int kMaxAtOnce = 16;  // Others have their turn on the loop.
  for (int i = 0; i < kMaxAtOnce; ++i) {
    UniqueFd fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      Admit(std::move(fd));
      continue;
    }
    const bool starved = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (starved) Pause(listener, ErrnoStatus(errno, "accept"));
    return;
  }
}

// The connection stays in the backlog and the socket readable: without a pause the loop would spin.
void HttpServer::Pause(Listener& listener, const absl::Status& why) {
  LogWarn("HTTP server pauses", {{"error", why.ToString()}});
  constexpr std::chrono::seconds kPause{1};
  listener.watch.reset();
  resume_.Start(kPause, [this] {
    for (Listener& paused : listeners_) {
      if (paused.watch != nullptr) continue;
      if (absl::Status status = Watch(paused); !status.ok()) Pause(paused, status);
    }
  });
}

void HttpServer::Admit(UniqueFd fd) {
  if (sessions_.size() >= options_.max_connections) {
    const auto idle = std::ranges::find_if(sessions_, [](const auto& s) { return s->idle(); });
    if (idle == sessions_.end()) return;
    (*idle)->Abandon();
    sessions_.erase(idle);
  }
  const auto place = sessions_.emplace(sessions_.end());
  // The server abandons its sessions before it goes, so `this` is safe.
  *place = std::make_shared<HttpSession>(
      loop_, std::move(fd), options_,
      [this](std::string_view method, std::string_view target) { return Answer(method, target); },
      [this, place] { sessions_.erase(place); });
  (*place)->Start();
}

HttpReply HttpServer::Answer(std::string_view method, std::string_view target) const {
  if (method != "GET" && method != "HEAD") {
    return {405, "text/plain", "405: GET and HEAD only\n"};
  }
  const size_t mark = target.find('?');
  HttpCall call;
  call.path = target.substr(0, mark);
  if (mark != std::string_view::npos) call.query = target.substr(mark + 1);
  const auto route = routes_.find(call.path);
  if (route == routes_.end()) return {404, "text/plain", "404: no such page\n"};
  return route->second(call);
}

}  // namespace tailrace
