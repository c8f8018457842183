// Peers that a client must not take, each with the words that say why.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <ctime>

#include "tests/agent/net/tls_fixture.h"

namespace tailrace {
namespace {

class TlsRefusalTest : public TlsFixture {
 protected:
  // What a client with these options says of a peer with this certificate.
  HttpResult Meet(const TlsPeerOptions& peer_options, const HttpClientOptions& options) {
    ScriptedServer server([&](ScriptedServer& s) {
      TlsPeer peer(s.Accept(), peer_options);
      if (!peer.Shake()) return;
      peer.ReadMessage();
      peer.Write(Answer("taken"));
      peer.ReadToEnd();
    });
    OpenClient({Https(server)}, options);
    HttpResult result = Await(Get());
    client_.reset();
    return result;
  }

  // "2026-01-02T03:04:05Z".
  static std::string TimeText(int64_t seconds_from_now) {
    const std::time_t when = std::time(nullptr) + seconds_from_now;
    std::tm parts{};
    gmtime_r(&when, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M", &parts);
    return text;
  }

  const TestAuthority authority_{"Shop CA"};
  const TestAuthority other_{"Other CA"};
};

TEST_F(TlsRefusalTest, ABadCertificateIsRefusedWithTheReasonAndTheRemedy) {
  TestLeaf other_name, no_names, expired, early, client_only, weak, no_address;
  other_name.names = "DNS:a.test,DNS:*.b.test,IP:10.0.0.1";
  no_names.names = "";
  expired.valid_to_seconds = -60;
  early.valid_from_seconds = 7200;
  early.valid_to_seconds = 9000;
  client_only.usage = "clientAuth";
  weak.rsa_bits = 1024;
  no_address.names = "DNS:es.test";
  const struct {
    const char* what;
    TestCertificate certificate;
    std::string server_name;
    std::string reason;  // Up to the end, or to a time in minutes.
  } cases[] = {
      {"wrong name", authority_.Issue(other_name), "es.test",
       "is for \"a.test\", \"*.b.test\", \"10.0.0.1\", not for \"es.test\": connect by a name that "
       "it has, or set tls.server_name to one"},
      {"wildcards cover one label", authority_.Issue(other_name), "x.y.b.test",
       "is for \"a.test\", \"*.b.test\", \"10.0.0.1\", not for \"x.y.b.test\": connect by a name "
       "that it has, or set tls.server_name to one"},
      {"wrong address", authority_.Issue(no_address), "",
       "is for \"es.test\", not for \"127.0.0.1\": connect by a name that it has, or set "
       "tls.server_name to one"},
      {"a common name is no name", authority_.Issue(no_names), "leaf",
       "is for no name, not for \"leaf\": connect by a name that it has, or set tls.server_name "
       "to one"},
      {"expired", authority_.Issue(expired), "", "expired at " + TimeText(-60)},
      {"not valid yet", authority_.Issue(early), "", "is not valid before " + TimeText(7200)},
      {"self-signed", SelfSigned({}), "",
       "is self-signed and not in tls.ca_file: add it there if it is the right one"},
      {"unknown authority", other_.Issue({}), "",
       "comes from an unknown authority, \"CN=Other CA\": add that authority's certificate to "
       "tls.ca_file"},
      {"for clients", authority_.Issue(client_only), "",
       "is not meant for a server: it must allow serverAuth"},
      {"weak", authority_.Issue(weak), "",
       "is too weak (EE certificate key too weak): it must be made anew with a longer key or a "
       "newer hash"},
  };
  for (const auto& c : cases) {
    HttpClientOptions options = Trusting(authority_);
    options.tls.server_name = c.server_name;
    TlsPeerOptions peer;
    peer.certificate = c.certificate;
    const HttpResult result = Meet(peer, options);
    EXPECT_EQ(result.outcome, HttpOutcome::kNotSent) << c.what;
    EXPECT_EQ(result.status.code(), absl::StatusCode::kUnauthenticated) << c.what;
    const std::string whole = "TLS: the peer's certificate \"CN=leaf\" " + c.reason;
    EXPECT_EQ(Reason(result).substr(0, whole.size()), whole) << c.what;
    const bool timed =
        c.reason.find(" at ") != std::string::npos || c.reason.find("before") != std::string::npos;
    if (!timed) {
      EXPECT_EQ(Reason(result), whole) << c.what;
    }
  }
}

TEST_F(TlsRefusalTest, AnAuthorityThatIsNotTrustedIsNamed) {
  TestCertificate with_root = other_.Issue({});
  with_root.certificate += other_.certificate();
  TlsPeerOptions peer;
  peer.certificate = with_root;
  EXPECT_EQ(Reason(Meet(peer, Trusting(authority_))),
            "TLS: the authority's certificate \"CN=Other CA\" comes from an unknown authority, "
            "\"CN=Other CA\": add that authority's certificate to tls.ca_file");
  HttpClientOptions system;
  EXPECT_EQ(Reason(Meet(peer, system)),
            "TLS: the authority's certificate \"CN=Other CA\" comes from an unknown authority, "
            "\"CN=Other CA\": name that authority's certificate in tls.ca_file");
  peer.certificate = SelfSigned({});
  EXPECT_EQ(Reason(Meet(peer, system)),
            "TLS: the peer's certificate \"CN=leaf\" is self-signed: name it in tls.ca_file if it "
            "is the right one");
  const TestAuthority old("Old CA", -60);
  peer.certificate = old.Issue({});
  const std::string reason = Reason(Meet(peer, Trusting(old)));
  EXPECT_EQ(reason.substr(0, reason.find(" at ")),
            "TLS: the authority's certificate \"CN=Old CA\" expired");
}

TEST_F(TlsRefusalTest, ASelfSignedCertificateInTheCaFileIsTaken) {
  TlsPeerOptions peer;
  peer.certificate = SelfSigned({});
  HttpClientOptions options;
  options.tls.ca_file = Store("ca.pem", peer.certificate.certificate);
  EXPECT_EQ(Meet(peer, options).answer.body, "taken");
}

TEST_F(TlsRefusalTest, SkippingVerificationTakesAnything) {
  TestLeaf worst;
  worst.names = "DNS:other.test";
  worst.valid_to_seconds = -60;
  TlsPeerOptions peer;
  peer.certificate = SelfSigned(worst);
  HttpClientOptions options;
  options.tls.insecure_skip_verify = true;
  EXPECT_EQ(Meet(peer, options).answer.body, "taken");
}

TEST_F(TlsRefusalTest, APeerThatRefusesTheClientIsUnderstood) {
  TlsPeerOptions peer;
  peer.certificate = authority_.Issue({});
  peer.client_authority = authority_.certificate();
  for (const int version : {0, TLS1_2_VERSION}) {
    peer.max_version = version;
    HttpResult result = Meet(peer, Trusting(authority_));
    EXPECT_EQ(result.status.code(), version == 0 ? absl::StatusCode::kUnauthenticated
                                                 : absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Reason(result),
              version == 0
                  ? "TLS: the peer wants a certificate of the client (tlsv13 alert certificate "
                    "required): set tls.cert_file and tls.key_file"
                  : "TLS: the peer refuses the handshake: no cipher in common, or it wants a "
                    "certificate of the client");
    HttpClientOptions wrong = Trusting(authority_);
    const TestCertificate client = other_.Issue({});
    wrong.tls.cert_file = Store("client.pem", client.certificate);
    wrong.tls.key_file = Store("client.key", client.key);
    result = Meet(peer, wrong);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(Reason(result),
              "TLS: the peer does not take the client's certificate (tlsv1 alert unknown ca): "
              "check tls.cert_file");
  }
}

TEST_F(TlsRefusalTest, TlsBefore12IsRefused) {
  TlsPeerOptions peer;
  peer.certificate = authority_.Issue({});
  peer.max_version = TLS1_1_VERSION;
  const HttpResult result = Meet(peer, Trusting(authority_));
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(Reason(result), "TLS: the peer speaks no TLS 1.2 or later");
}

TEST_F(TlsRefusalTest, APeerThatSpeaksNoTlsIsRefused) {
  const struct {
    std::string bytes;
    absl::StatusCode code;
    std::string reason;
  } cases[] = {
      {"HTTP/1.1 400 Bad Request\r\n\r\n", absl::StatusCode::kFailedPrecondition,
       "TLS: the peer does not speak TLS there: is it an http:// address?"},
      {std::string(100, '\0'), absl::StatusCode::kFailedPrecondition,
       "TLS: the peer does not speak TLS there: is it an http:// address?"},
      {"", absl::StatusCode::kUnavailable, "TLS: closed by the peer in the handshake"},
      {"\x16\x03\x03", absl::StatusCode::kUnavailable, "TLS: closed by the peer in the handshake"},
  };
  for (const auto& c : cases) {
    ScriptedServer server([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      peer.ReadExactly(100);
      peer.Write(c.bytes);
    });
    OpenClient({Https(server)}, Trusting(authority_));
    const HttpResult result = Await(Get());
    EXPECT_EQ(result.outcome, HttpOutcome::kNotSent) << c.bytes;
    EXPECT_EQ(result.status.code(), c.code) << c.bytes;
    if (result.status.message().find("ECONNRESET") == absl::string_view::npos) {
      EXPECT_EQ(Reason(result), c.reason);
    }
    client_.reset();
  }
}

TEST_F(TlsRefusalTest, AHandshakeThatStandsStillEndsByItsDeadline) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.ReadToEnd();
  });
  HttpClientOptions options = Trusting(authority_);
  options.timeout = std::chrono::milliseconds(200);
  OpenClient({Https(server)}, options);
  const HttpResult result = Await(Get());
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Reason(result), "TLS handshake: took too long");
  client_.reset();
}

}  // namespace
}  // namespace tailrace
