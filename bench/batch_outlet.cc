#include "bench/batch_outlet.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "agent/base/status.h"

namespace tailrace {

absl::Status ConnectToLoopback(uint16_t port, UniqueFd& socket) {
  socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return ErrnoStatus(errno, "connect to the receiver");
  }
  return absl::OkStatus();
}

absl::Status SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return ErrnoStatus(errno, "send to the receiver");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

}  // namespace tailrace
