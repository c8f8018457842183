// HttpClient against peers that do nothing, or next to nothing, and when it ends amid requests.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <latch>

#include "agent/net/listener.h"
#include "tests/agent/net/client_fixture.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kTimeout{150};

class HttpClientDeadlineTest : public ClientFixture {
 protected:
  static HttpClientOptions Hasty() {
    HttpClientOptions options;
    options.timeout = kTimeout;
    return options;
  }

  // The status of a request to a peer that `script` plays, which must be ambiguous.
  absl::Status AwaitAmbiguous(HttpRequest request, ScriptedServer::Script script,
                              HttpClientOptions options = Hasty()) {
    ScriptedServer server(std::move(script));
    OpenClient({server.url()}, std::move(options));
    const HttpResult result = Await(std::move(request));
    EXPECT_EQ(result.outcome, HttpOutcome::kAmbiguous);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kDeadlineExceeded) << result.status;
    EXPECT_FALSE(result.stale_connection);
    return result.status;
  }
};

TEST_F(HttpClientDeadlineTest, APeerThatNeverAnswers) {
  const absl::Status status = AwaitAmbiguous(Post("x"), [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadToEnd();
  });
  EXPECT_NE(status.ToString().find("wait for an answer"), std::string::npos) << status;
}

TEST_F(HttpClientDeadlineTest, APeerThatAnswersByteByByte) {
  const absl::Status status = AwaitAmbiguous(Post("x"), [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Drip(Answer(std::string(5000, 'x')), 20);
  });
  EXPECT_NE(status.ToString().find("the rest of the answer"), std::string::npos) << status;
}

TEST_F(HttpClientDeadlineTest, APeerThatSendsInterimAnswersForEver) {
  const absl::Status status = AwaitAmbiguous(Post("x"), [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    std::string interim;
    for (int i = 0; i < 1000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
    peer.Drip(interim, 5);
  });
  EXPECT_NE(status.ToString().find("the rest of the answer"), std::string::npos) << status;
}

TEST_F(HttpClientDeadlineTest, APeerThatReadsNothing) {
  const std::string body(64 << 20, 'b');
  const absl::Status status = AwaitAmbiguous(Post(body), [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadUntil("\r\n\r\n");
    peer.DripRead(30000);
  });
  EXPECT_NE(status.ToString().find("write"), std::string::npos) << status;
}

TEST_F(HttpClientDeadlineTest, APeerThatReadsJustEnoughToMakeProgress) {
  const std::string body(256 << 20, 'b');
  const auto read_some = [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    // Some progress at a time, never all of it within four timeouts.
    while (peer.ReadExactly(1 << 20).size() == 1 << 20) {
      pollfd wait{peer.fd(), POLLRDHUP, 0};
      if (::poll(&wait, 1, 20) == 1) return;
    }
  };
  HttpClientOptions options;
  options.timeout = 2 * kTimeout;
  const absl::Status status = AwaitAmbiguous(Post(body), read_some, options);
  // On a busy machine the peer may be too slow even for "some progress", which ends it sooner.
  EXPECT_EQ(status.ToString().find("wait for an answer"), std::string::npos) << status;
}

TEST_F(HttpClientDeadlineTest, ANameServiceThatHangsHoldsNothingUp) {
  const auto release = std::make_shared<std::latch>(1);
  HttpClientOptions options = Hasty();
  options.look_up = [release](const std::string&, uint16_t port) {
    release->wait();
    return LookUpBySystem("127.0.0.1", port);
  };
  OpenClient({{false, "es.test", 1, ""}}, options);
  for (int i = 0; i < 2; ++i) {
    const HttpResult result = Await(Post("x"));
    EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kDeadlineExceeded) << result.status;
    EXPECT_NE(result.status.ToString().find("resolve"), std::string::npos) << result.status;
  }
  client_.reset();
  loop_.reset();
  release->count_down();
}

// A listener whose backlog is full drops every further SYN.
class FullListener {
 public:
  FullListener() {
    fd_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_.get(), 0), 0);
    address.sin_port = htons(port());
    for (UniqueFd& filler : fillers_) {
      filler.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(filler.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }
  uint16_t port() const { return LocalPort(fd_.get()); }

 private:
  UniqueFd fd_;
  UniqueFd fillers_[4];
};

TEST_F(HttpClientDeadlineTest, APeerThatDoesNotAcceptIsNotSent) {
  const FullListener full;
  OpenClient({{false, "127.0.0.1", full.port(), ""}}, Hasty());
  const HttpResult result = Await(Post("x"));
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDeadlineExceeded) << result.status;
  EXPECT_NE(result.status.ToString().find("connect"), std::string::npos) << result.status;
}

TEST_F(HttpClientDeadlineTest, AnAddressThatHangsLeavesTimeForTheNext) {
  const FullListener full;
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer("second"));
  });
  HttpClientOptions options = Hasty();
  options.look_up = [port = full.port()](const std::string&, uint16_t good_port) -> LookupResult {
    std::vector<SocketAddress> both = LookUpBySystem("127.0.0.1", port).value();
    both.push_back(LookUpBySystem("127.0.0.1", good_port).value()[0]);
    return both;
  };
  OpenClient({{false, "es.test", server.port(), ""}}, options);
  EXPECT_EQ(Await(Get()).answer.body, "second");
}

TEST_F(HttpClientDeadlineTest, AConnectionThatFailedIsNotUsedAgain) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer dead = s.Accept();
    dead.ReadToEnd();
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer("fresh"));
  });
  OpenClient({server.url()}, Hasty());
  EXPECT_FALSE(Await(Get()).status.ok());
  EXPECT_EQ(Await(Get()).answer.body, "fresh");
}

TEST_F(HttpClientDeadlineTest, ShutdownEndsEachRequestAsItStands) {
  const auto release = std::make_shared<std::latch>(1);
  std::latch arrived{1};
  ScriptedServer server([&](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    arrived.count_down();
    peer.ReadToEnd();
  });
  HttpClientOptions options;
  options.look_up = [release](const std::string&, uint16_t port) {
    release->wait();
    return LookUpBySystem("127.0.0.1", port);
  };
  OpenClient({server.url(), {false, "es.test", 1, ""}}, options);
  std::optional<HttpResult> written, resolving;
  ASSERT_TRUE(client_->Send(Post("x"), [&](HttpResult r) { written = std::move(r); }).ok());
  HttpRequest request = Post("y");
  request.endpoint = 1;
  ASSERT_TRUE(client_->Send(request, [&](HttpResult r) { resolving = std::move(r); }).ok());
  RunUntil([&] { return arrived.try_wait(); });

  client_->Shutdown();
  EXPECT_FALSE(written.has_value()) << "called back inside Shutdown";
  RunUntil([&] { return written.has_value() && resolving.has_value(); });
  EXPECT_EQ(written->outcome, HttpOutcome::kAmbiguous);
  EXPECT_EQ(resolving->outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(written->status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(resolving->status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(client_->in_flight(), 0u);
  EXPECT_EQ(client_->Send(Get(), [](const HttpResult&) {}).code(),
            absl::StatusCode::kFailedPrecondition);
  release->count_down();
}

TEST_F(HttpClientDeadlineTest, ShutdownDoesNotTakeBackAnAnswer) {
  std::latch arrived{1}, go{1}, answered{1};
  ScriptedServer server([&](ScriptedServer& s) {
    ScriptedPeer peers[] = {s.Accept(), s.Accept()};
    for (ScriptedPeer& peer : peers) peer.ReadMessage();
    arrived.count_down();
    go.wait();
    for (ScriptedPeer& peer : peers) peer.Write(Answer("here"));
    answered.count_down();
    for (ScriptedPeer& peer : peers) peer.ReadToEnd();
  });
  OpenClient({server.url()});
  int answers = 0;
  // Both answers are read in one turn of the loop; the first callback then shuts down.
  const auto done = [&](const HttpResult& result) {
    EXPECT_EQ(result.outcome, HttpOutcome::kAnswered) << result.status;
    if (++answers == 1) client_->Shutdown();
  };
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client_->Send(Get(), done).ok());
  RunUntil([&] { return arrived.try_wait(); });
  go.count_down();
  answered.wait();
  RunUntil([&] { return answers == 2; });
}

TEST_F(HttpClientDeadlineTest, ADestroyedClientCallsNobody) {
  std::latch arrived{1};
  ScriptedServer server([&](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    arrived.count_down();
    peer.ReadToEnd();
  });
  OpenClient({server.url()}, Hasty());
  ASSERT_TRUE(client_->Send(Post("x"), [](const HttpResult&) { FAIL(); }).ok());
  RunUntil([&] { return arrived.try_wait(); });
  client_.reset();
  loop_->RunFor(2 * kTimeout);
}

}  // namespace
}  // namespace tailrace
