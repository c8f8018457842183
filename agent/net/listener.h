// Opens the sockets that a server accepts connections on.
//
// Threads    Any.
// Failure    A Status that names the address or path: kAlreadyExists when it is in use,
//            kInvalidArgument when it is none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "agent/base/unique_fd.h"

namespace tailrace {

// Listens on "127.0.0.1:9600", "[::1]:9600", "localhost:9600" (IPv4) or ":9600" (every address).
// Port 0 takes one that is free. Non-blocking, close-on-exec.
absl::StatusOr<UniqueFd> ListenTcp(std::string_view address);

// Listens on a Unix socket that only the owner may use (mode 0600 from its first moment). A socket
// at `path` on which nobody listens any more is replaced; any other file stays, as an error.
absl::StatusOr<UniqueFd> ListenUnix(const std::string& path);

// The port of a TCP socket, 0 for others.
uint16_t LocalPort(int fd);

}  // namespace tailrace
