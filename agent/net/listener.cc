#include "agent/net/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr int kSocketFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr int kBacklog = 128;

struct BindAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

BindAddress Ipv4(in_addr host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons(port);
  BindAddress result;
  result.size = sizeof address;
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

BindAddress Ipv6(const in6_addr& host, uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = host;
  address.sin6_port = htons(port);
  BindAddress result;
  result.size = sizeof address;
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

// IPv6's takes IPv4 connections as well, but there are kernels without IPv6.
BindAddress EveryAddress(uint16_t port) {
  const UniqueFd ipv6(::socket(AF_INET6, kSocketFlags, 0));
  return ipv6.valid() ? Ipv6(in6addr_any, port) : Ipv4(in_addr{INADDR_ANY}, port);
}

absl::StatusOr<BindAddress> ParseAddress(std::string_view text) {
  const absl::Status invalid = absl::InvalidArgumentError(absl::StrCat(
      "listen address \"", ToAbsl(text), "\": want ADDRESS:PORT, such as 127.0.0.1:9600"));
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return invalid;
  std::string host(text.substr(0, colon));
  const std::string_view port_text = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc() || end != port_text.data() + port_text.size()) return invalid;

  if (host.empty()) return EveryAddress(port);
  if (host == "localhost") host = "127.0.0.1";
  in_addr ipv4;
  if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1) return Ipv4(ipv4, port);
  if (!host.starts_with('[') || !host.ends_with(']')) return invalid;
  host = host.substr(1, host.size() - 2);
  in6_addr ipv6;
  if (inet_pton(AF_INET6, host.c_str(), &ipv6) == 1) return Ipv6(ipv6, port);
  return invalid;
}

absl::StatusOr<UniqueFd> BindAndListen(const BindAddress& address, std::string_view action) {
  UniqueFd fd(::socket(address.storage.ss_family, kSocketFlags, 0));
  if (!fd.valid()) return ErrnoStatus(errno, action);
  const int on = 1;
  const int off = 0;
  // Without it a restart would wait for connections in TIME_WAIT.
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.storage.ss_family == AF_INET6) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (::bind(fd.get(), address.get(), address.size) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return ErrnoStatus(errno, action);
  }
  return fd;
}

// True when somebody accepts connections there.
bool IsServed(const sockaddr_un& address) {
  const UniqueFd fd(::socket(AF_UNIX, kSocketFlags, 0));
  if (!fd.valid()) return true;
  const int result =
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return result == 0 || errno != ECONNREFUSED;
}

}  // namespace

absl::StatusOr<UniqueFd> ListenTcp(std::string_view address) {
  ASSIGN_OR_RETURN(const BindAddress parsed, ParseAddress(address));
  return BindAndListen(parsed, Concat({"listen on ", address}));
}

absl::StatusOr<UniqueFd> ListenUnix(const std::string& path) {
  const std::string action = Concat({"listen on ", path});
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return absl::InvalidArgumentError(
        absl::StrCat(action, ": a socket's path has 1 to ", sizeof address.sun_path - 1, " bytes"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());

  struct stat info;
  if (::lstat(path.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) {
      return absl::AlreadyExistsError(absl::StrCat(action, ": a file that is no socket is there"));
    }
    if (IsServed(address)) return ErrnoStatus(EADDRINUSE, action);
    if (::unlink(path.c_str()) != 0) return ErrnoStatus(errno, action);
  }
  UniqueFd fd(::socket(AF_UNIX, kSocketFlags, 0));
  // Linux gives the file the mode of the socket, so there is no moment in which others may connect.
  if (!fd.valid() || ::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return ErrnoStatus(errno, action);
  }
  return fd;
}

uint16_t LocalPort(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  if (storage.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  }
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  }
  return 0;
}

}  // namespace tailrace
