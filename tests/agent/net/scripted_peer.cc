#include "tests/agent/net/scripted_peer.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "agent/base/check.h"
#include "agent/net/listener.h"

namespace tailrace {
namespace {

constexpr int kGuardMs = 30000;

bool WaitFor(int fd, short events, int timeout_ms) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

// Up to `bytes` into `text`; false at the end or when the guard ends it.
bool ReadSome(int fd, size_t bytes, std::string& text) {
  if (!WaitFor(fd, POLLIN, kGuardMs)) return false;
  char buffer[65536];
  const ssize_t count = ::recv(fd, buffer, std::min(bytes, sizeof buffer), 0);
  if (count > 0) text.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  size_t length = 0;
  const size_t start = head.find(kName);
  if (start == std::string_view::npos) return 0;
  std::from_chars(head.data() + start + kName.size(), head.data() + head.size(), length);
  return length;
}

}  // namespace

ScriptedPeer ScriptedPeer::ConnectTcp(uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return ScriptedPeer(std::move(fd));
}

ScriptedPeer ScriptedPeer::ConnectUnix(const std::string& path) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  CHECK(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return ScriptedPeer(std::move(fd));
}

bool ScriptedPeer::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!WaitFor(fd(), POLLOUT, kGuardMs)) return false;
    const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void ScriptedPeer::Drip(std::string_view bytes, int pause_ms) {
  for (const char& byte : bytes) {
    if (::send(fd(), &byte, 1, MSG_NOSIGNAL) != 1) return;
    if (WaitFor(fd(), POLLRDHUP, pause_ms)) return;
  }
}

void ScriptedPeer::DripRead(int pause_ms) {
  char byte;
  while (!WaitFor(fd(), POLLRDHUP, pause_ms)) {
    if (::recv(fd(), &byte, 1, MSG_DONTWAIT) == 0) return;
  }
}

std::string ScriptedPeer::ReadUntil(std::string_view mark) {
  std::string text;
  while (!text.ends_with(mark) && ReadSome(fd(), 1, text)) {
  }
  return text;
}

std::string ScriptedPeer::ReadExactly(size_t bytes) {
  std::string text;
  while (text.size() < bytes && ReadSome(fd(), bytes - text.size(), text)) {
  }
  return text;
}

std::string ScriptedPeer::ReadMessage() {
  std::string text = ReadUntil("\r\n\r\n");
  return text + ReadExactly(ContentLength(text));
}

std::string ScriptedPeer::ReadToEnd() {
  std::string text;
  while (ReadSome(fd(), 65536, text)) {
  }
  return text;
}

void ScriptedPeer::Reset() {
  const linger now{1, 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

ScriptedServer::ScriptedServer(Script script)
    : listener_(ListenTcp("127.0.0.1:0").value()), port_(LocalPort(listener_.get())) {
  thread_ = std::thread([this, run = std::move(script)] { run(*this); });
}

ScriptedServer::~ScriptedServer() { thread_.join(); }

ScriptedPeer ScriptedServer::Accept() {
  WaitFor(listener_.get(), POLLIN, kGuardMs);
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return ScriptedPeer(std::move(fd));
}

uint16_t RefusingPort(UniqueFd& holder) {
  holder.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Bound, so that no other socket gets the port; not listening, so that it refuses.
  CHECK(::bind(holder.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return LocalPort(holder.get());
}

}  // namespace tailrace
