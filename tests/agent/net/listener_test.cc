#include "agent/net/listener.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/agent/net/scripted_peer.h"

namespace tailrace {
namespace {

std::string SocketPath(std::string_view name) {
  // Not below TempDir() when that is too long for a socket's path.
  return testing::TempDir() + std::to_string(::getpid()) + std::string(name);
}

TEST(Listener, TcpTakesAFreePort) {
  for (const char* address : {"127.0.0.1:0", "localhost:0", ":0"}) {
    const absl::StatusOr<UniqueFd> fd = ListenTcp(address);
    ASSERT_TRUE(fd.ok()) << fd.status();
    const uint16_t port = LocalPort(fd->get());
    EXPECT_NE(port, 0);
    ScriptedPeer::ConnectTcp(port);
  }
}

TEST(Listener, APortInUseIsSaidSo) {
  const absl::StatusOr<UniqueFd> first = ListenTcp("127.0.0.1:0");
  ASSERT_TRUE(first.ok());
  const std::string address = "127.0.0.1:" + std::to_string(LocalPort(first->get()));
  const absl::Status status = ListenTcp(address).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(status.ToString().find(address), std::string::npos) << status;
}

TEST(Listener, BadAddressesAreInvalid) {
  for (const char* address : {"", "9600", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "es:9600",
                              "127.0.0.1:96x", "::1:9600", "[::1:9600", "[x]:9600"}) {
    EXPECT_EQ(ListenTcp(address).status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
}

TEST(Listener, UnixSocketIsTheOwnersAlone) {
  const std::string path = SocketPath("mode.sock");
  const mode_t old_mask = ::umask(0);
  const absl::StatusOr<UniqueFd> fd = ListenUnix(path);
  ::umask(old_mask);
  ASSERT_TRUE(fd.ok()) << fd.status();
  struct stat info;
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ScriptedPeer::ConnectUnix(path);
  ::unlink(path.c_str());
}

TEST(Listener, UnixReplacesADeadSocketOnly) {
  const std::string path = SocketPath("dead.sock");
  {
    absl::StatusOr<UniqueFd> live = ListenUnix(path);
    ASSERT_TRUE(live.ok()) << live.status();
    EXPECT_EQ(ListenUnix(path).status().code(), absl::StatusCode::kAlreadyExists);
  }
  EXPECT_TRUE(ListenUnix(path).ok());
  ::unlink(path.c_str());

  const std::string file = SocketPath("file.sock");
  std::ofstream(file) << "precious";
  EXPECT_EQ(ListenUnix(file).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(::access(file.c_str(), F_OK), 0);
  ::unlink(file.c_str());
}

TEST(Listener, UnixPathsThatCannotBeAreNamed) {
  EXPECT_EQ(ListenUnix("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ListenUnix(std::string(200, 'x')).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ListenUnix(SocketPath("none/x.sock")).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tailrace
