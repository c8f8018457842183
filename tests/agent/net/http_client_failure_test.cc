// HttpClient against peers that refuse, reset, cut off or overdo, and requests that it refuses
// itself.
#include "tests/agent/net/client_fixture.h"

namespace tailrace {
namespace {

using HttpClientFailureTest = ClientFixture;

TEST_F(HttpClientFailureTest, AUsedConnectionThatEndsBeforeAnyAnswerIsNamedStale) {
  for (const bool reset : {false, true}) {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write(Answer("first"));
      peer.ReadMessage();
      if (reset) peer.Reset();
    });
    OpenClient({server.url()});
    EXPECT_TRUE(Await(Post("x")).status.ok());
    const HttpResult result = Await(Post("y"));
    EXPECT_EQ(result.outcome, HttpOutcome::kAmbiguous);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kUnavailable) << result.status;
    EXPECT_TRUE(result.stale_connection);
  }
}

TEST_F(HttpClientFailureTest, WhatThePeerDoesNotFinishIsAmbiguous) {
  const std::string body(8 << 20, 'b');
  const struct {
    const char* name;
    size_t read_bytes;  // Of the request, before the end.
    bool whole_request;
    const char* answer;
    bool reset;
    absl::StatusCode code;
  } cases[] = {
      {"reset within the body", 1 << 20, false, "", true, absl::StatusCode::kUnavailable},
      {"closed within the body", 1 << 20, false, "", false, absl::StatusCode::kUnavailable},
      {"reset before an answer", 0, true, "", true, absl::StatusCode::kUnavailable},
      {"closed before an answer", 0, true, "", false, absl::StatusCode::kUnavailable},
      {"head cut", 0, true, "HTTP/1.1 200 OK\r\nConte", false, absl::StatusCode::kDataLoss},
      {"body cut", 0, true, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", false,
       absl::StatusCode::kDataLoss},
      {"chunk cut", 0, true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", false,
       absl::StatusCode::kDataLoss},
      {"garbage", 0, true, "\x01\x02\x03 garbage\r\n\r\n", false, absl::StatusCode::kDataLoss},
  };
  for (const auto& c : cases) {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      if (c.whole_request) {
        peer.ReadMessage();
      } else {
        peer.ReadExactly(c.read_bytes);
      }
      peer.Write(c.answer);
      if (c.reset) peer.Reset();
    });
    OpenClient({server.url()});
    const HttpResult result = Await(Post(body));
    EXPECT_EQ(result.outcome, HttpOutcome::kAmbiguous) << c.name;
    EXPECT_EQ(result.status.code(), c.code) << c.name << ": " << result.status;
    EXPECT_FALSE(result.stale_connection) << c.name;
    // The message names the endpoint.
    EXPECT_NE(result.status.ToString().find(server.url().ToString()), std::string::npos);
  }
}

TEST_F(HttpClientFailureTest, ARefusedConnectIsNotSent) {
  UniqueFd holder;
  OpenClient({{false, "127.0.0.1", RefusingPort(holder), ""}});
  const HttpResult result = Await(Post("x"));
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kUnavailable) << result.status;
  EXPECT_NE(result.status.ToString().find("connect"), std::string::npos) << result.status;
}

TEST_F(HttpClientFailureTest, AnswersBeyondTheLimitsAreTooLarge) {
  const std::string megabyte(1 << 20, 'x');
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n" + megabyte + megabyte,
      "HTTP/1.1 200 OK\r\nX: " + megabyte,
  };
  for (const std::string& answer : answers) {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      peer.ReadMessage();
      peer.Write(answer);
      peer.ReadToEnd();
    });
    HttpClientOptions options;
    options.max_answer_bytes = 1 << 20;
    OpenClient({server.url()}, options);
    const HttpResult result = Await(Post("x"));
    EXPECT_EQ(result.outcome, HttpOutcome::kAmbiguous);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted) << result.status;
  }
}

TEST_F(HttpClientFailureTest, AFailedLookupIsNotSent) {
  HttpClientOptions options;
  options.look_up = [](const std::string&, uint16_t) -> LookupResult {
    return absl::NotFoundError("no such name");
  };
  OpenClient({{false, "es.test", 9200, ""}}, options);
  const HttpResult result = Await(Post("x"));
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kNotFound) << result.status;
}

TEST_F(HttpClientFailureTest, RequestsThatCouldSmuggleAreRefused) {
  OpenClient({{false, "127.0.0.1", 1, ""}});
  std::vector<HttpRequest> bad(10, Get());
  bad[0].method = "GET / HTTP/1.1\r\nX:";
  bad[1].method = "";
  bad[2].target = "no-slash";
  bad[3].target = "/a b";
  bad[4].target = "/a\r\nX: y";
  bad[5].headers = {{"X-A", "a\r\nX-B: b"}};
  bad[6].headers = {{"X A", "a"}};
  bad[7].headers = {{"content-length", "5"}};
  bad[8].headers = {{"Transfer-Encoding", "chunked"}};
  bad[9].headers = {{"", "a"}};
  for (const HttpRequest& request : bad) {
    EXPECT_EQ(client_->Send(request, [](const HttpResult&) { FAIL(); }).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(client_->in_flight(), 0u);
}

// The kernel has the request at once; that the loop has not heard of it yet says nothing.
TEST_F(HttpClientFailureTest, AShutdownWhileAWriteIsUnderWayIsAmbiguous) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadMessage();
    peer.Write(Answer("first"));
    peer.ReadToEnd();
  });
  OpenClient({server.url()});
  EXPECT_EQ(Await(Post("body")).answer.body, "first");
  std::optional<HttpResult> result;
  ASSERT_TRUE(client_->Send(Post("body"), [&](HttpResult got) { result = std::move(got); }).ok());
  client_->Shutdown();
  RunUntil([&] { return result.has_value(); });
  EXPECT_EQ(result->outcome, HttpOutcome::kAmbiguous);
  EXPECT_EQ(result->status.code(), absl::StatusCode::kCancelled);
  client_.reset();
}

TEST_F(HttpClientFailureTest, OpenRefusesWhatItCannotServe) {
  const Url http{false, "es", 9200, ""};
  EXPECT_EQ(HttpClient::Open(*loop_, {}, {}).status().code(), absl::StatusCode::kInvalidArgument);
  HttpClientOptions no_connections, no_timeout, no_key;
  no_key.tls.cert_file = "/client.pem";
  EXPECT_EQ(HttpClient::Open(*loop_, {http}, no_key).status().code(),
            absl::StatusCode::kInvalidArgument);
  no_connections.max_connections = 0;
  no_timeout.timeout = std::chrono::milliseconds(0);
  for (const HttpClientOptions& options : {no_connections, no_timeout}) {
    EXPECT_EQ(HttpClient::Open(*loop_, {http}, options).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tailrace
