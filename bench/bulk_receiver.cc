// A server for benchmarks that says yes to every `_bulk` request (bench/bulk_session.h), on a free
// port of 127.0.0.1, which is its first and only line of output. It runs until it is ended.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <thread>
#include <utility>

#include "bench/bulk_session.h"

namespace tailrace {
namespace {

constexpr int kBacklog = 16;

int Serve() {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof(address);
  if (::bind(listener.get(), generic, length) != 0 || ::listen(listener.get(), kBacklog) != 0 ||
      ::getsockname(listener.get(), generic, &length) != 0) {
    std::perror("bulk_receiver: listen on 127.0.0.1");
    return 1;
  }
  std::printf("%u\n", ntohs(address.sin_port));
  std::fflush(stdout);

  BulkTotals totals;
  for (;;) {
    UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!accepted.valid()) continue;
    // Detached: the process is ended from outside, and there is nothing to save then.
    std::thread([socket = std::move(accepted), &totals]() mutable {
      BulkSession(std::move(socket), totals).Run();
    }).detach();
  }
}

}  // namespace
}  // namespace tailrace

int main() { return tailrace::Serve(); }
