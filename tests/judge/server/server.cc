#include "tests/judge/server/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

namespace tailrace {
namespace {

constexpr size_t kReceiveBytes = 256 << 10;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Server::Server(Elastic* elastic) : elastic_(elastic), received_(kReceiveBytes) {}

Server::~Server() {
  for (const auto& [fd, connection] : connections_) ::close(fd);
  for (const int fd : {epoll_, signals_, listener_, control_listener_}) {
    if (fd >= 0) ::close(fd);
  }
}

bool Server::Open(int port, std::string* error) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  signals_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (epoll_ < 0 || signals_ < 0) {
    *error = std::strerror(errno);
    return false;
  }
  if (!Listen(port, &listener_, &port_, error)) return false;
  if (!Listen(0, &control_listener_, &control_port_, error)) return false;
  for (const int fd : {signals_, listener_, control_listener_}) Watch(fd, EPOLLIN, true);
  return true;
}

bool Server::Listen(int port, int* fd, int* bound, std::string* error) {
  if (Bind(port, fd, bound) && ::listen(*fd, 256) == 0) return true;
  *error = "listen on port " + std::to_string(port) + ": " + std::strerror(errno);
  return false;
}

bool Server::Bind(int port, int* fd, int* bound) {
  *fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  socklen_t length = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(*fd, raw, length) != 0 || ::getsockname(*fd, raw, &length) != 0) return false;
  *bound = ntohs(address.sin_port);
  return true;
}

void Server::Watch(int fd, uint32_t events, bool added) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll_, added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
}

void Server::Run() {
  std::vector<epoll_event> events(256);
  while (true) {
    const int ready =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), NextTimeout());
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == signals_) return;
      if (fd == listener_ || fd == control_listener_) {
        Accept(fd);
      } else {
        OnEvent(fd, events[static_cast<size_t>(i)].events);
      }
    }
    FollowListening();
    SendDue();
    if (!elastic_->faults().hold_answers) SendHeld();
  }
}

int Server::NextTimeout() const {
  if (due_.empty()) return -1;
  return static_cast<int>(std::max<int64_t>(0, due_.begin()->first - NowMs()));
}

void Server::Accept(int listener) {
  while (true) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_unique<Connection>();
    connection->control = listener == control_listener_;
    connection->serial = ++serials_;
    connections_[fd] = std::move(connection);
    Watch(fd, EPOLLIN, true);
  }
}

void Server::OnEvent(int fd, uint32_t events) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;  // closed earlier in this round
  Connection* const connection = found->second.get();
  if ((events & EPOLLOUT) != 0 && !Send(fd, connection)) return;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !ReadSome(fd, connection)) return;
  Serve(fd, connection);
}

bool Server::ReadSome(int fd, Connection* connection) {
  const ssize_t bytes = ::recv(fd, received_.data(), received_.size(), 0);
  if (bytes > 0) {
    connection->parser.Feed({received_.data(), static_cast<size_t>(bytes)});
    return true;
  }
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  Close(fd, false);
  return false;
}

bool Server::Serve(int fd, Connection* connection) {
  HttpRequest request;
  while (!connection->busy && !connection->close_after) {
    const HttpParser::Progress progress = connection->parser.Next(&request);
    if (connection->parser.TakeContinue() && progress == HttpParser::Progress::kNeedMore) {
      connection->out += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    if (progress == HttpParser::Progress::kNeedMore) break;
    HttpAnswer answer;
    if (progress == HttpParser::Progress::kBad) {
      answer.status = 400;
      connection->close_after = true;
    } else {
      answer = elastic_->Handle(&request);
    }
    if (!Finish(fd, connection, request, answer)) return false;
  }
  return Send(fd, connection);
}

bool Server::Finish(int fd, Connection* connection, const HttpRequest& request,
                    const HttpAnswer& answer) {
  connection->close_after = connection->close_after || !request.keep_alive;
  if (answer.fate == HttpFate::kNever) {
    connection->busy = true;
    return true;
  }
  Due due{fd, connection->serial,
          RenderAnswer(answer, request.method == "HEAD", request.keep_alive),
          answer.fate == HttpFate::kReset};
  if (answer.fate == HttpFate::kTruncate) {
    due.bytes.resize(due.bytes.size() - answer.body.size() / 2);
    connection->close_after = true;
  }
  const bool hold = elastic_->faults().hold_answers && request.path.ends_with("/_bulk");
  if (hold || answer.delay_ms > 0) {
    connection->busy = true;
    if (hold) {
      held_.emplace(connection->serial, std::move(due));
    } else {
      due_.emplace(NowMs() + answer.delay_ms, std::move(due));
    }
    return true;
  }
  if (due.reset) {
    Close(fd, true);
    return false;
  }
  connection->out += due.bytes;
  return true;
}

bool Server::Send(int fd, Connection* connection) {
  while (connection->sent < connection->out.size()) {
    const ssize_t bytes = ::send(fd, connection->out.data() + connection->sent,
                                 connection->out.size() - connection->sent, MSG_NOSIGNAL);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0 && errno == EAGAIN) {
      Watch(fd, EPOLLIN | EPOLLOUT, false);
      return true;
    }
    if (bytes < 0) {
      Close(fd, false);
      return false;
    }
    connection->sent += static_cast<size_t>(bytes);
  }
  if (connection->sent > 0) Watch(fd, EPOLLIN, false);
  connection->out.clear();
  connection->sent = 0;
  if (connection->close_after && !connection->busy) {
    Close(fd, false);
    return false;
  }
  return true;
}

void Server::Close(int fd, bool reset) {
  if (reset) {
    const linger now = {1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  connections_.erase(fd);
  ::close(fd);
}

void Server::Deliver(const Due& due) {
  const auto found = connections_.find(due.fd);
  if (found == connections_.end() || found->second->serial != due.serial) return;
  Connection* const connection = found->second.get();
  if (due.reset) {
    Close(due.fd, true);
    return;
  }
  connection->busy = false;
  connection->out += due.bytes;
  Serve(due.fd, connection);
}

void Server::SendDue() {
  const int64_t now = NowMs();
  while (!due_.empty() && due_.begin()->first <= now) {
    const Due due = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    Deliver(due);
  }
}

void Server::SendHeld() {
  while (!held_.empty()) {
    const Due due = std::move(held_.begin()->second);
    held_.erase(held_.begin());
    Deliver(due);
  }
}

// A port that does not listen must stay ours: the socket stays bound, without listen() a connection
// is refused.
void Server::FollowListening() {
  const bool wanted = elastic_->faults().listening;
  if (wanted == listening_) return;
  listening_ = wanted;
  if (wanted) {
    ::listen(listener_, 256);
    Watch(listener_, EPOLLIN, true);
    return;
  }
  ::close(listener_);
  Bind(port_, &listener_, &port_);
  std::vector<int> open;
  for (const auto& [fd, connection] : connections_) {
    if (!connection->control) open.push_back(fd);
  }
  for (const int fd : open) Close(fd, true);
}

}  // namespace tailrace
