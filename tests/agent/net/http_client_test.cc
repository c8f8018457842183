#include "agent/net/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "tests/agent/net/client_fixture.h"

namespace tailrace {
namespace {

using HttpClientTest = ClientFixture;

TEST_F(HttpClientTest, SendsHeadAndBodyAsTheyAre) {
  std::string seen;
  const std::string piece(10000, 'x');
  {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      seen = peer.ReadMessage();
      peer.Write(
          "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
          "Content-Length: 2\r\n\r\n{}");
    });
    Url url = server.url();
    url.prefix = "/es";
    OpenClient({url});
    HttpRequest request = Post("");
    request.headers = {{"Content-Type", "application/x-ndjson"}, {"X-Opaque-Id", "x"}};
    request.body.clear();
    for (int i = 0; i < 100; ++i) {
      request.body.push_back("");
      request.body.push_back(piece);
      request.body.push_back("\n");
    }
    const HttpResult result = Await(std::move(request));
    ASSERT_EQ(result.outcome, HttpOutcome::kAnswered) << result.status;
    EXPECT_EQ(result.answer.status, 201);
    EXPECT_EQ(result.answer.content_type, "application/json");
    EXPECT_EQ(result.answer.body, "{}");
    EXPECT_FALSE(result.stale_connection);
  }
  std::string body;
  for (int i = 0; i < 100; ++i) body += piece + "\n";
  const std::string host = "Host: " + client_->endpoints()[0].Authority();
  EXPECT_TRUE(seen == "POST /es/_bulk HTTP/1.1\r\n" + host +
                          "\r\nContent-Type: application/x-ndjson\r\nX-Opaque-Id: x\r\n"
                          "Content-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_F(HttpClientTest, OneConnectionServesManyRequests) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    for (int i = 0; i < 5; ++i) {
      if (peer.ReadMessage().empty()) return;
      peer.Write(Answer(std::to_string(i)));
    }
    EXPECT_EQ(peer.ReadToEnd(), "");
  });
  OpenClient({server.url()});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Await(Post("body")).answer.body, std::to_string(i));
  client_.reset();
}

TEST_F(HttpClientTest, ACallbackMaySendTheNextRequest) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    while (!peer.ReadMessage().empty()) peer.Write(Answer("ok"));
  });
  HttpClientOptions options;
  options.max_connections = 1;
  OpenClient({server.url()}, options);
  int answered = 0;
  std::function<void()> send = [&] {
    ASSERT_TRUE(client_
                    ->Send(Get(),
                           [&](HttpResult result) {
                             EXPECT_TRUE(result.status.ok()) << result.status;
                             if (++answered < 10) send();
                           })
                    .ok());
  };
  send();
  RunUntil([&] { return answered == 10; });
  client_.reset();
}

TEST_F(HttpClientTest, AConnectionThatThePeerClosedWhileIdleIsNotUsed) {
  std::latch closed{1};
  ScriptedServer server([&](ScriptedServer& s) {
    {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write(Answer("first"));
    }
    closed.count_down();
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer("second"));
  });
  OpenClient({server.url()});
  EXPECT_EQ(Await(Get()).answer.body, "first");
  closed.wait();  // The loop has not run since: it cannot have seen the close.
  const HttpResult result = Await(Post("x"));
  EXPECT_EQ(result.answer.body, "second") << result.status;
  EXPECT_FALSE(result.stale_connection);
}

TEST_F(HttpClientTest, AnAnswerBeforeTheRequestIsWrittenCounts) {
  const std::string body(32 << 20, 'b');
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadUntil("\r\n\r\n");
    peer.Write("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig");
    peer.ReadToEnd();
  });
  OpenClient({server.url()});
  const HttpResult result = Await(Post(body));
  EXPECT_EQ(result.outcome, HttpOutcome::kAnswered) << result.status;
  EXPECT_EQ(result.answer.status, 413);
}

TEST_F(HttpClientTest, HugeAnswersArriveWhole) {
  const std::string body(20 << 20, 'x');
  ScriptedServer server([&](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer(body));
  });
  OpenClient({server.url()});
  EXPECT_TRUE(Await(Post("x")).answer.body == body);
}

TEST_F(HttpClientTest, AnAnswerThatArrivesByteByByteIsWhole) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Drip(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        0);
    peer.ReadToEnd();
  });
  OpenClient({server.url()});
  EXPECT_EQ(Await(Post("x")).answer.body, "hello world");
  client_.reset();
}

TEST_F(HttpClientTest, ARedirectIsAnAnswerLikeAnyOther) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(
        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n"
        "Content-Length: 0\r\n\r\n");
    EXPECT_EQ(peer.ReadToEnd(), "");
  });
  OpenClient({server.url()});
  const HttpResult result = Await(Get());
  EXPECT_EQ(result.answer.status, 302);
  EXPECT_EQ(result.answer.location, "http://169.254.169.254/");
  client_.reset();
}

TEST_F(HttpClientTest, AnAnswerToHeadEndsWithItsHead) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(peer.ReadMessage().starts_with("HEAD / HTTP/1.1\r\n"));
      peer.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    }
  });
  OpenClient({server.url()});
  HttpRequest head = Get();
  head.method = "HEAD";
  EXPECT_EQ(Await(head).answer.status, 200);
  EXPECT_EQ(Await(head).answer.status, 200);
}

TEST_F(HttpClientTest, ConnectionsThatMayNotBeUsedAgainAreNot) {
  for (const char* first : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nsurplus"}) {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer used = s.Accept();
      used.ReadMessage();
      used.Write(first);
      EXPECT_EQ(used.ReadToEnd(), "");
      ScriptedPeer fresh = s.Accept();
      fresh.ReadMessage();
      fresh.Write(Answer("fresh"));
    });
    OpenClient({server.url()});
    EXPECT_TRUE(Await(Get()).status.ok());
    EXPECT_EQ(Await(Get()).answer.body, "fresh");
  }
}

TEST_F(HttpClientTest, AConnectionIdleForTooLongIsNotUsedAgain) {
  ScriptedServer server([](ScriptedServer& s) {
    for (int i = 0; i < 2; ++i) {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write(Answer(std::to_string(i)));
      EXPECT_EQ(peer.ReadToEnd(), "");
    }
  });
  HttpClientOptions options;
  options.max_idle = std::chrono::milliseconds(0);
  OpenClient({server.url()}, options);
  EXPECT_EQ(Await(Get()).answer.body, "0");
  EXPECT_EQ(Await(Get()).answer.body, "1");
  client_.reset();
}

TEST_F(HttpClientTest, OldConnectionsAreNotUsedAgainAndTheNameIsLookedUpAnew) {
  ScriptedServer server([](ScriptedServer& s) {
    for (int i = 0; i < 2; ++i) {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write(Answer(std::to_string(i)));
      EXPECT_EQ(peer.ReadToEnd(), "");
    }
  });
  std::atomic<int> lookups = 0;
  HttpClientOptions options;
  options.max_age = std::chrono::milliseconds(0);
  options.look_up = [&](const std::string&, uint16_t port) {
    ++lookups;
    return LookUpBySystem("127.0.0.1", port);
  };
  Url named = server.url();
  named.host = "moved.test";
  OpenClient({named}, options);
  EXPECT_EQ(Await(Get()).answer.body, "0");
  EXPECT_EQ(Await(Get()).answer.body, "1");
  EXPECT_EQ(lookups, 2);
  client_.reset();
}

TEST_F(HttpClientTest, ManyRequestsAreInFlightAtOnceAndNoMore) {
  constexpr size_t kConnections = 16;
  ScriptedServer server([](ScriptedServer& s) {
    std::vector<ScriptedPeer> peers;
    for (size_t i = 0; i < kConnections; ++i) peers.push_back(s.Accept());
    // Answered only when all have arrived, last one first.
    for (ScriptedPeer& peer : peers) peer.ReadMessage();
    for (size_t i = kConnections; i-- > 0;) peers[i].Write(Answer("ok"));
    for (ScriptedPeer& peer : peers) EXPECT_EQ(peer.ReadToEnd(), "");
  });
  HttpClientOptions options;
  options.max_connections = kConnections;
  OpenClient({server.url()}, options);
  size_t answered = 0;
  const auto count = [&](const HttpResult& result) { answered += result.status.ok(); };
  for (size_t i = 0; i < kConnections; ++i) ASSERT_TRUE(client_->Send(Get(), count).ok());
  EXPECT_EQ(client_->Send(Get(), count).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(client_->in_flight(), kConnections);
  RunUntil([&] { return answered == kConnections; });
  EXPECT_EQ(client_->in_flight(), 0u);
  client_.reset();
}

TEST_F(HttpClientTest, AnIdleConnectionMakesPlaceForAnotherEndpoint) {
  const auto one_answer = [](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(ClientFixture::Answer("ok"));
    peer.ReadToEnd();
  };
  ScriptedServer first(one_answer), second(one_answer);
  HttpClientOptions options;
  options.max_connections = 1;
  OpenClient({first.url(), second.url()}, options);
  EXPECT_TRUE(Await(Get()).status.ok());
  HttpRequest other = Get();
  other.endpoint = 1;
  EXPECT_TRUE(Await(other).status.ok());
  client_.reset();
}

TEST_F(HttpClientTest, TheNameIsLookedUpForEachConnection) {
  ScriptedServer server([](ScriptedServer& s) {
    for (int i = 0; i < 3; ++i) {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
  });
  const auto lookups = std::make_shared<std::atomic<int>>(0);
  HttpClientOptions options;
  options.look_up = [lookups](const std::string& host, uint16_t port) {
    EXPECT_EQ(host, "es.test");
    lookups->fetch_add(1, std::memory_order_relaxed);
    return LookUpBySystem("127.0.0.1", port);
  };
  OpenClient({{false, "es.test", server.port(), ""}}, options);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Await(Get()).status.ok());
  EXPECT_EQ(lookups->load(std::memory_order_relaxed), 3);
}

TEST_F(HttpClientTest, TheNextAddressIsTriedWhenOneRefuses) {
  UniqueFd holder;
  const uint16_t refusing = RefusingPort(holder);
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer("second"));
  });
  HttpClientOptions options;
  options.look_up = [refusing](const std::string&, uint16_t port) -> LookupResult {
    std::vector<SocketAddress> both = LookUpBySystem("127.0.0.1", refusing).value();
    both.push_back(LookUpBySystem("127.0.0.1", port).value()[0]);
    return both;
  };
  OpenClient({{false, "es.test", server.port(), ""}}, options);
  EXPECT_EQ(Await(Get()).answer.body, "second");
}

}  // namespace
}  // namespace tailrace
