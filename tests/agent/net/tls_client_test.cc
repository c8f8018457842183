// What goes well under TLS, and certificates that change meanwhile.
#include <gtest/gtest.h>

#include <optional>

#include "tests/agent/net/tls_fixture.h"

namespace tailrace {
namespace {

class TlsClientTest : public TlsFixture {
 protected:
  TlsPeerOptions Peer(const TestLeaf& leaf = {}) const {
    TlsPeerOptions options;
    options.certificate = authority_.Issue(leaf);
    return options;
  }

  const TestAuthority authority_{"Shop CA"};
};

TEST_F(TlsClientTest, ALargeBodyGoesThroughAndTheConnectionIsUsedAgain) {
  const std::string body(size_t{3} << 20, 'b');
  const std::string answer(size_t{2} << 20, 'a');
  ScriptedServer server([&](ScriptedServer& s) {
    TlsPeer peer(s.Accept(), Peer());
    ASSERT_TRUE(peer.Shake());
    EXPECT_EQ(peer.asked_name(), "");  // An address has no SNI.
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(peer.ReadMessage().ends_with("\r\n\r\n" + body));
      EXPECT_TRUE(peer.Write(Answer(answer)));
    }
    EXPECT_EQ(peer.ReadToEnd(), "");
  });
  OpenClient({Https(server)}, Trusting(authority_));
  for (int i = 0; i < 3; ++i) {
    const HttpResult result = Await(Post(body));
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.answer.body, answer);
  }
  client_.reset();
}

TEST_F(TlsClientTest, TheServerNameIsAskedForAndVerified) {
  TestLeaf leaf;
  leaf.names = "DNS:*.shop.test";
  ScriptedServer server([&](ScriptedServer& s) {
    TlsPeer peer(s.Accept(), Peer(leaf));
    ASSERT_TRUE(peer.Shake());
    peer.ReadMessage();
    peer.Write(Answer(peer.asked_name()));
    peer.ReadToEnd();
  });
  HttpClientOptions options = Trusting(authority_);
  options.tls.server_name = "es.shop.test";
  OpenClient({Https(server)}, options);
  EXPECT_EQ(Await(Get()).answer.body, "es.shop.test");
  client_.reset();
}

// Without a length the end of the connection ends the answer; anyone could make that end.
TEST_F(TlsClientTest, AnAnswerThatTlsDidNotEndIsNoAnswer) {
  for (const bool ended : {true, false}) {
    ScriptedServer server([&](ScriptedServer& s) {
      TlsPeer peer(s.Accept(), Peer());
      ASSERT_TRUE(peer.Shake());
      peer.ReadMessage();
      peer.Write("HTTP/1.1 200 OK\r\n\r\nhalf");
      if (ended) peer.EndWriting();
      peer.Close();
    });
    OpenClient({Https(server)}, Trusting(authority_));
    const HttpResult result = Await(Get());
    if (ended) {
      EXPECT_EQ(result.answer.body, "half");
    } else {
      EXPECT_EQ(result.outcome, HttpOutcome::kAmbiguous);
      EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(Reason(result), "closed by the peer: the answer may be cut off");
    }
    client_.reset();
  }
}

TEST_F(TlsClientTest, APeerThatEndsItsKeepAliveMakesTheConnectionStale) {
  ScriptedServer server([&](ScriptedServer& s) {
    for (int i = 0; i < 2; ++i) {
      TlsPeer peer(s.Accept(), Peer());
      ASSERT_TRUE(peer.Shake());
      peer.ReadMessage();
      peer.Write(Answer("ok"));
      if (i == 1) peer.ReadToEnd();
    }
  });
  OpenClient({Https(server)}, Trusting(authority_));
  EXPECT_EQ(Await(Get()).answer.body, "ok");
  HttpResult second = Await(Get());
  if (second.stale_connection) second = Await(Get());
  EXPECT_EQ(second.answer.body, "ok") << second.status;
  client_.reset();
}

// One request after the other; between them the client's certificate is swapped as Kubernetes does
// it: a link to a folder moves.
TEST_F(TlsClientTest, ASwappedCertificateIsShownOnANewConnection) {
  const auto store_version = [&](const std::string& version) {
    std::filesystem::create_directories(folder_ + "/" + version);
    TestLeaf leaf;
    leaf.subject = version;
    const TestCertificate client = authority_.Issue(leaf);
    Store(version + "/tls.crt", client.certificate);
    Store(version + "/tls.key", client.key);
    std::filesystem::create_directory_symlink(version, folder_ + "/..tmp");
    std::filesystem::rename(folder_ + "/..tmp", folder_ + "/..data");
  };
  ScriptedServer server([&](ScriptedServer& s) {
    TlsPeerOptions options = Peer();
    options.client_authority = authority_.certificate();
    for (int i = 0; i < 2; ++i) {
      TlsPeer peer(s.Accept(), options);
      ASSERT_TRUE(peer.Shake());
      while (!peer.ReadMessage().empty()) peer.Write(Answer(peer.client_name()));
    }
  });
  store_version("v1");
  HttpClientOptions options = Trusting(authority_);
  options.tls.cert_file = folder_ + "/..data/tls.crt";
  options.tls.key_file = folder_ + "/..data/tls.key";
  OpenClient({Https(server)}, options);
  EXPECT_EQ(Await(Get()).answer.body, "v1");
  store_version("v2");
  // It looks once a second.
  std::string shown;
  RunUntil([&] { return (shown = Await(Get()).answer.body) != "v1"; });
  EXPECT_EQ(shown, "v2");
  client_.reset();
}

TEST_F(TlsClientTest, AuthoritiesThatBecomeUnreadableStayInForce) {
  ScriptedServer server([&](ScriptedServer& s) {
    for (int i = 0; i < 2; ++i) {
      TlsPeer peer(s.Accept(), Peer());
      ASSERT_TRUE(peer.Shake());
      peer.ReadMessage();
      peer.Write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
      peer.EndWriting();
    }
  });
  OpenClient({Https(server)}, Trusting(authority_));
  EXPECT_EQ(Await(Get()).answer.body, "ok");
  Store("ca.pem", "rubbish");
  EXPECT_EQ(Await(Get()).answer.body, "ok");
  client_.reset();
}

TEST_F(TlsClientTest, AShutdownWithinTheHandshakeEndsTheRequestAsNotSent) {
  ScriptedServer server([](ScriptedServer& s) { s.Accept().ReadToEnd(); });
  OpenClient({Https(server)}, Trusting(authority_));
  std::optional<HttpResult> result;
  ASSERT_TRUE(client_->Send(Get(), [&](HttpResult got) { result = std::move(got); }).ok());
  loop_->RunFor(std::chrono::milliseconds(20));
  client_->Shutdown();
  RunUntil([&] { return result.has_value(); });
  EXPECT_EQ(result->outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(result->status.code(), absl::StatusCode::kCancelled);
  client_.reset();
}

}  // namespace
}  // namespace tailrace
