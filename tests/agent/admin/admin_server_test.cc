#include "agent/admin/admin_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

UniqueFd Connect(int family, const void* address, socklen_t size) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(fd.get(), static_cast<const sockaddr*>(address), size), 0);
  return fd;
}

UniqueFd ConnectTcp(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Connect(AF_INET, &address, sizeof address);
}

UniqueFd ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return Connect(AF_UNIX, &address, sizeof address);
}

// One thread for both ends: the kernel holds a request until the loop gets its turn.
class AdminServerTest : public testing::Test {
 protected:
  AdminServerTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    registry_.GetCounter("tailrace_records_delivered_total", "Records", {{"sink", "es"}}).Add(3);
    worker_.Beat(clock_.Now());
  }
  ~AdminServerTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  AdminInputs Inputs() {
    return {registry_,
            {[this] { return std::vector<const Heartbeat*>{&worker_}; }, [this] { return work_; },
             [this] { return readiness_; }},
            [this] { return status_; },
            nullptr};
  }

  AdminOptions Both() const { return {"127.0.0.1:0", socket_path_, seconds(5)}; }

  void Open(AdminOptions options) {
    auto opened = AdminServer::Open(*loop_, std::move(options), Inputs(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    server_ = *std::move(opened);
  }

  // What the server answers to a GET before it closes, as it was asked to.
  std::string Ask(const UniqueFd& peer, const std::string& path) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::send(peer.get(), request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char buffer[4096];
    for (int round = 0; round < kRoundsMax; ++round) {
      const ssize_t got = ::recv(peer.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (got == 0) return answer;
      if (got > 0) {
        answer.append(buffer, static_cast<size_t>(got));
      } else {
        loop_->RunFor(milliseconds(100));
      }
    }
    ADD_FAILURE() << "no whole answer to " << path << ": " << answer;
    return answer;
  }
  std::string AskTcp(const std::string& path) { return Ask(ConnectTcp(server_->port()), path); }
  std::string AskUnix(const std::string& path) { return Ask(ConnectUnix(socket_path_), path); }

  static std::string BodyOf(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }

  static constexpr int kRoundsMax = 300;

  const std::string folder_ = testing::TempDir() + "admin." + std::to_string(getpid());
  const std::string socket_path_ = folder_ + "/admin.sock";
  ManualClock clock_;
  MetricRegistry registry_;
  Heartbeat worker_{"worker:0"};
  WorkState work_;
  Readiness readiness_{true, true};
  AgentStatus status_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Open().value();
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, ServesHealthAndMetricsOnBoth) {
  Open(Both());
  for (const bool tcp : {true, false}) {
    const auto ask = [&](const char* path) { return tcp ? AskTcp(path) : AskUnix(path); };
    EXPECT_THAT(ask("/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(BodyOf(ask("/readyz")), "ok\n");
    const std::string metrics = ask("/metrics");
    EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(metrics, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    EXPECT_THAT(metrics, HasSubstr("\ntailrace_records_delivered_total{sink=\"es\"} 3\n"));
    EXPECT_THAT(ask("/"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  }
}

TEST_F(AdminServerTest, TheApiIsOnTheSocketAlone) {
  status_.records = 12;
  status_.sinks.push_back({.name = "es", .down_reason = "refused", .routed = 2});
  Open(Both());
  clock_.Advance(milliseconds(2500));
  const std::string answer = AskUnix("/api/v1/status");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
  const json status = json::parse(BodyOf(answer));
  EXPECT_EQ(status["records"], 12);
  EXPECT_EQ(status["uptime_seconds"], 2.5);
  EXPECT_EQ(status["live"], true);
  EXPECT_EQ(status["sinks"]["es"]["down_reason"], "refused");
  EXPECT_THAT(AskTcp("/api/v1/status"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

TEST_F(AdminServerTest, UnhealthyIs503WithTheReason) {
  Open(Both());
  clock_.Advance(seconds(61));
  std::string answer = AskTcp("/livez");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_EQ(BodyOf(answer), "thread worker:0: no heartbeat for 61 s\n");
  EXPECT_EQ(json::parse(BodyOf(AskUnix("/api/v1/status")))["live"], false);
  worker_.Beat(clock_.Now());
  EXPECT_THAT(AskTcp("/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  readiness_.first_sweep_done = false;
  answer = AskTcp("/readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_EQ(BodyOf(answer), "the first sweep over the sources is not done yet\n");
  EXPECT_EQ(json::parse(BodyOf(AskUnix("/api/v1/status")))["ready"], false);
}

TEST_F(AdminServerTest, LooksAtTheWorkWithoutBeingAsked) {
  int looks = 0;
  AdminInputs inputs = Inputs();
  inputs.health.work = [&] { return ++looks, work_; };
  AdminOptions options = Both();
  options.observe_interval = milliseconds(1);
  auto server = AdminServer::Open(*loop_, options, std::move(inputs), clock_);
  ASSERT_TRUE(server.ok()) << server.status().ToString();
  for (int round = 0; round < kRoundsMax && looks < 4; ++round) loop_->RunFor(milliseconds(100));
  EXPECT_GE(looks, 4);
}

TEST_F(AdminServerTest, SaysWhereItListens) {
  Open(Both());
  EXPECT_NE(server_->port(), 0);
  EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_TRUE(server_->socket_open());
}

TEST_F(AdminServerTest, EitherMayBeMissing) {
  Open({"", socket_path_});
  EXPECT_EQ(server_->port(), 0);
  EXPECT_EQ(server_->address(), "");
  EXPECT_EQ(BodyOf(AskUnix("/livez")), "ok\n");
  server_.reset();
  Open({"127.0.0.1:0", ""});
  EXPECT_FALSE(server_->socket_open());
  EXPECT_EQ(BodyOf(AskTcp("/livez")), "ok\n");
}

TEST_F(AdminServerTest, ThePortOfAnotherIsAnError) {
  Open(Both());
  const auto second = AdminServer::Open(*loop_, {server_->address(), ""}, Inputs(), clock_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  const auto no_address = AdminServer::Open(*loop_, {"nonsense", ""}, Inputs(), clock_);
  EXPECT_EQ(no_address.status().code(), absl::StatusCode::kInvalidArgument);
  const auto no_interval =
      AdminServer::Open(*loop_, {"127.0.0.1:0", "", milliseconds(0)}, Inputs(), clock_);
  EXPECT_EQ(no_interval.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(AdminServerTest, ASocketThatCannotBeHadIsTriedAgain) {
  std::filesystem::remove_all(folder_);
  AdminOptions options = Both();
  options.observe_interval = milliseconds(1);
  Open(options);
  EXPECT_FALSE(server_->socket_open());
  EXPECT_EQ(BodyOf(AskTcp("/livez")), "ok\n");
  std::filesystem::create_directories(folder_);
  for (int round = 0; round < kRoundsMax && !server_->socket_open(); ++round) {
    loop_->RunFor(milliseconds(100));
  }
  ASSERT_TRUE(server_->socket_open());
  EXPECT_EQ(BodyOf(AskUnix("/livez")), "ok\n");
}

TEST_F(AdminServerTest, TheSocketOfAnotherIsLeftAlone) {
  Open(Both());
  auto second = AdminServer::Open(*loop_, {"127.0.0.1:0", socket_path_}, Inputs(), clock_);
  ASSERT_TRUE(second.ok()) << second.status().ToString();
  EXPECT_FALSE((*second)->socket_open());
  second->reset();
  EXPECT_EQ(BodyOf(AskUnix("/livez")), "ok\n");
}

TEST_F(AdminServerTest, TheSocketIsTheOwnersAndGoesWithTheServer) {
  Open(Both());
  struct stat info {};
  ASSERT_EQ(::stat(socket_path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(socket_path_));
}

TEST_F(AdminServerTest, PeersThatStayDoNotOutliveIt) {
  Open(Both());
  const UniqueFd idle = ConnectTcp(server_->port());
  const UniqueFd half = ConnectUnix(socket_path_);
  ASSERT_EQ(::send(half.get(), "GET /met", 8, MSG_NOSIGNAL), 8);
  EXPECT_EQ(BodyOf(AskTcp("/livez")), "ok\n");
  server_.reset();
  loop_->RunFor(milliseconds(0));
  char byte;
  EXPECT_LE(::recv(idle.get(), &byte, 1, 0), 0);
  EXPECT_LE(::recv(half.get(), &byte, 1, 0), 0);
}

}  // namespace
}  // namespace tailrace
