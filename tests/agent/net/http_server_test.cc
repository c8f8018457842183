#include "agent/net/http_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "tests/agent/net/scripted_peer.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

// A server on a loop that a thread runs, and peers that block on the test's own.
class HttpServerTest : public testing::Test {
 protected:
  void Serve(HttpServerOptions options) {
    server_ = HttpServer::Open(*loop_, std::move(options)).value();
    server_->Handle("/livez", [](const HttpCall&) { return HttpReply{200, "text/plain", "ok\n"}; });
    server_->Handle("/echo", [](const HttpCall& call) {
      return HttpReply{200, "text/plain", std::string(call.path) + "|" + std::string(call.query)};
    });
    server_->Handle("/large", [](const HttpCall&) {
      return HttpReply{200, "text/plain", std::string(32 << 20, 'x')};
    });
    server_->Handle("/down", [](const HttpCall&) { return HttpReply{503, "text/plain", "no\n"}; });
    port_ = server_->port();
    runner_ = std::thread([this] { loop_->Run(); });
  }

  void TearDown() override {
    if (!runner_.joinable()) return;
    loop_->Stop();
    runner_.join();
  }

  static HttpServerOptions OnLoopback() {
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    return options;
  }

  static std::string Get(std::string_view target, std::string_view method = "GET") {
    return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  // What the server says to `request` before it closes; the peer asks it to.
  std::string Ask(const std::string& request) {
    ScriptedPeer peer = ScriptedPeer::ConnectTcp(port_);
    EXPECT_TRUE(peer.Write(request));
    ::shutdown(peer.fd(), SHUT_WR);
    return peer.ReadToEnd();
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::Open().value();
  std::unique_ptr<HttpServer> server_;
  uint16_t port_ = 0;
  std::thread runner_;
};

TEST_F(HttpServerTest, AnswersByRoute) {
  Serve(OnLoopback());
  const struct {
    std::string request;
    const char* status_line;
    const char* body;
  } cases[] = {
      {Get("/livez"), "HTTP/1.1 200 OK\r\n", "ok\n"},
      {Get("/echo?a=b&c=%20"), "HTTP/1.1 200 OK\r\n", "/echo|a=b&c=%20"},
      {Get("/echo"), "HTTP/1.1 200 OK\r\n", "/echo|"},
      {Get("/down"), "HTTP/1.1 503 Service Unavailable\r\n", "no\n"},
      {Get("/livez/"), "HTTP/1.1 404 Not Found\r\n", nullptr},
      {Get("/../livez"), "HTTP/1.1 404 Not Found\r\n", nullptr},
      {Get("http://x/livez"), "HTTP/1.1 404 Not Found\r\n", nullptr},
      {Get("/livez", "DELETE"), "HTTP/1.1 405 Method Not Allowed\r\n", nullptr},
      {"POST /livez HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 400 Bad Request\r\n",
       nullptr},
      {"garbage\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", nullptr},
      {"GET /" + std::string(10000, 'a'), "HTTP/1.1 431 Request Header Fields Too Large\r\n",
       nullptr},
  };
  for (const auto& c : cases) {
    const std::string answer = Ask(c.request);
    EXPECT_TRUE(answer.starts_with(c.status_line)) << c.request.substr(0, 80) << "\n" << answer;
    if (c.body != nullptr) {
      EXPECT_TRUE(answer.ends_with(std::string("\r\n\r\n") + c.body)) << answer;
    }
  }
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  Serve(OnLoopback());
  const std::string answer = Ask(Get("/livez", "HEAD"));
  EXPECT_NE(answer.find("Content-Length: 3\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, OneConnectionCarriesManyRequestsAlsoAtOnce) {
  Serve(OnLoopback());
  ScriptedPeer peer = ScriptedPeer::ConnectTcp(port_);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(peer.Write(Get("/livez")));
    EXPECT_TRUE(peer.ReadMessage().ends_with("\r\n\r\nok\n"));
  }
  std::string pipelined;
  for (int i = 0; i < 50; ++i) pipelined += Get("/echo?" + std::to_string(i));
  peer.Drip(pipelined, 0);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(peer.ReadMessage().ends_with("/echo|" + std::to_string(i)));
  }
}

TEST_F(HttpServerTest, ClosesWhenThePeerWantsItTo) {
  Serve(OnLoopback());
  for (const char* request : {"GET /livez HTTP/1.0\r\n\r\n",
                              "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
    ScriptedPeer peer = ScriptedPeer::ConnectTcp(port_);
    ASSERT_TRUE(peer.Write(request));
    const std::string answer = peer.ReadToEnd();
    EXPECT_TRUE(answer.ends_with("ok\n")) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  }
}

TEST_F(HttpServerTest, LargeAnswersArriveWhole) {
  Serve(OnLoopback());
  const std::string answer = Ask(Get("/large"));
  EXPECT_TRUE(answer.ends_with(std::string(32 << 20, 'x')));
}

TEST_F(HttpServerTest, ASlowHeadASilentPeerAndAnUnreadAnswerAreCutOff) {
  HttpServerOptions options = OnLoopback();
  options.timeout = milliseconds(100);
  options.idle_timeout = milliseconds(100);
  Serve(options);
  ScriptedPeer silent = ScriptedPeer::ConnectTcp(port_);
  EXPECT_EQ(silent.ReadToEnd(), "");
  ScriptedPeer after_one = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(after_one.Write(Get("/livez")));
  EXPECT_TRUE(after_one.ReadToEnd().ends_with("ok\n"));
  ScriptedPeer slow = ScriptedPeer::ConnectTcp(port_);
  slow.Drip("GET /" + std::string(5000, 'a'), 10);
  EXPECT_EQ(slow.ReadToEnd(), "");
  ScriptedPeer unread = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(unread.Write(Get("/large")));
  unread.DripRead(30000);  // Reads nothing; ends when the server closes.
}

TEST_F(HttpServerTest, AnIdleConnectionMakesPlaceForANewOne) {
  HttpServerOptions options = OnLoopback();
  options.max_connections = 2;
  Serve(options);
  ScriptedPeer oldest = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(oldest.Write(Get("/livez")));
  EXPECT_TRUE(oldest.ReadMessage().ends_with("ok\n"));
  ScriptedPeer second = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(second.Write(Get("/livez")));
  EXPECT_TRUE(second.ReadMessage().ends_with("ok\n"));
  ScriptedPeer third = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(third.Write(Get("/livez")));
  EXPECT_TRUE(third.ReadMessage().ends_with("ok\n"));
  EXPECT_EQ(oldest.ReadToEnd(), "");
  ASSERT_TRUE(second.Write(Get("/livez")));
  EXPECT_TRUE(second.ReadMessage().ends_with("ok\n"));
}

TEST_F(HttpServerTest, WhenAllAreBusyTheNewOneIsClosed) {
  HttpServerOptions options = OnLoopback();
  options.max_connections = 1;
  Serve(options);
  ScriptedPeer busy = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(busy.Write(Get("/large")));
  EXPECT_EQ(busy.ReadExactly(4), "HTTP");
  ScriptedPeer late = ScriptedPeer::ConnectTcp(port_);
  EXPECT_EQ(late.ReadToEnd(), "");
  EXPECT_TRUE(busy.ReadUntil("\r\n\r\n").ends_with("\r\n\r\n"));
  EXPECT_EQ(busy.ReadExactly(32 << 20).size(), size_t{32} << 20);
}

TEST_F(HttpServerTest, ServesAUnixSocketToItsOwnerAndRemovesIt) {
  HttpServerOptions options;
  options.socket_path = testing::TempDir() + std::to_string(::getpid()) + "server.sock";
  const std::string path = options.socket_path;
  Serve(options);
  EXPECT_EQ(port_, 0);
  struct stat info;
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  {
    ScriptedPeer peer = ScriptedPeer::ConnectUnix(path);
    ASSERT_TRUE(peer.Write(Get("/livez")));
    EXPECT_TRUE(peer.ReadMessage().ends_with("ok\n"));
  }
  TearDown();
  server_.reset();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(HttpServerTest, MayEndWhileConnectionsAreOpen) {
  Serve(OnLoopback());
  ScriptedPeer idle = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(idle.Write(Get("/livez")));
  EXPECT_TRUE(idle.ReadMessage().ends_with("ok\n"));
  ScriptedPeer writing = ScriptedPeer::ConnectTcp(port_);
  ASSERT_TRUE(writing.Write(Get("/large")));
  EXPECT_EQ(writing.ReadExactly(4), "HTTP");
  TearDown();
  server_.reset();
  loop_->RunFor(milliseconds(0));
  EXPECT_EQ(idle.ReadToEnd(), "");
  writing.ReadToEnd();
}

TEST_F(HttpServerTest, OpenRefusesWhatItCannotServe) {
  EXPECT_EQ(HttpServer::Open(*loop_, {}).status().code(), absl::StatusCode::kInvalidArgument);
  HttpServerOptions nonsense;
  nonsense.listen = "nonsense";
  EXPECT_EQ(HttpServer::Open(*loop_, nonsense).status().code(), absl::StatusCode::kInvalidArgument);
  Serve(OnLoopback());
  HttpServerOptions taken;
  taken.listen = "127.0.0.1:" + std::to_string(port_);
  const auto other = EventLoop::Open().value();
  EXPECT_EQ(HttpServer::Open(*other, taken).status().code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace tailrace
