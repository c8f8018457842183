#include "agent/net/proxy.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/agent/net/tls_fixture.h"

namespace tailrace {
namespace {

TEST(ParseProxyUrl, ReadsHostPortAndCredentials) {
  const struct {
    std::string text, host;
    uint16_t port;
    std::string authorization;
  } cases[] = {
      {"http://proxy:3128", "proxy", 3128, ""},
      {"http://proxy", "proxy", 80, ""},
      {"http://[::1]:8080/", "::1", 8080, ""},
      {"http://me:secret@proxy:3128", "proxy", 3128, "Basic bWU6c2VjcmV0"},
      {"http://me:@proxy:3128", "proxy", 3128, "Basic bWU6"},
      {"http://m%40e:p%3Aw@rd@proxy:3128", "proxy", 3128, "Basic bUBlOnA6d0ByZA=="},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<ProxyServer> proxy = ParseProxyUrl(c.text);
    ASSERT_TRUE(proxy.ok()) << c.text << ": " << proxy.status();
    EXPECT_EQ(proxy->host, c.host);
    EXPECT_EQ(proxy->port, c.port);
    EXPECT_EQ(proxy->authorization.Reveal(), c.authorization);
  }
}

TEST(ParseProxyUrl, RefusesTheRestWithoutTellingTheSecret) {
  const struct {
    std::string text;
    absl::StatusCode code;
    std::string message;
  } cases[] = {
      {"", absl::StatusCode::kInvalidArgument, "proxy: must begin with http://"},
      {"proxy:3128", absl::StatusCode::kInvalidArgument, "proxy: must begin with http://"},
      {"socks5://hunter2@proxy", absl::StatusCode::kInvalidArgument,
       "proxy: must begin with http://"},
      {"https://me:hunter2@proxy", absl::StatusCode::kUnimplemented,
       "proxy: spoken to by http only, not by https"},
      {"http://hunter2@proxy:1", absl::StatusCode::kInvalidArgument,
       "proxy: expected USER:PASSWORD before the \"@\""},
      {"http://me:hunter2%4@proxy:1", absl::StatusCode::kInvalidArgument,
       "proxy: \"%\" before the \"@\" must be followed by two hexadecimal digits"},
      {"http://me:hunter2%zz@proxy:1", absl::StatusCode::kInvalidArgument,
       "proxy: \"%\" before the \"@\" must be followed by two hexadecimal digits"},
      {"http://me:hunter2@", absl::StatusCode::kInvalidArgument, "URL: no host"},
      {"http://me:hunter2@proxy:99999", absl::StatusCode::kInvalidArgument,
       "URL: \"99999\" is no port (1 to 65535)"},
      {"http://me:hunter2@proxy:1/path", absl::StatusCode::kInvalidArgument,
       "proxy: a path has no place there"},
  };
  for (const auto& c : cases) {
    const absl::Status status = ParseProxyUrl(c.text).status();
    EXPECT_EQ(status.code(), c.code) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
  }
}

class ProxyTest : public TlsFixture {
 protected:
  static std::string ProxyUrl(const ScriptedServer& proxy, const std::string& credentials = "") {
    return "http://" + credentials + "127.0.0.1:" + std::to_string(proxy.port());
  }

  const TestAuthority authority_{"Shop CA"};
};

TEST_F(ProxyTest, AnHttpRequestCarriesTheWholeUrlAndTheCredentials) {
  ScriptedServer proxy([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(peer.ReadMessage(),
                "GET http://es.test:9200/a/b HTTP/1.1\r\nHost: es.test:9200\r\n"
                "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
      peer.Write(Answer("by proxy"));
    }
    peer.ReadToEnd();
  });
  HttpClientOptions options;
  options.proxy_url = SecretText(ProxyUrl(proxy, "me:secret@"));
  OpenClient({{.tls = false, .host = "es.test", .port = 9200, .prefix = "/a"}}, options);
  EXPECT_EQ(Await(Get("/b")).answer.body, "by proxy");
  EXPECT_EQ(Await(Get("/b")).answer.body, "by proxy");
  client_.reset();
}

TEST_F(ProxyTest, AnHttpsRequestGoesThroughATunnelWithoutTheProxysCredentials) {
  ScriptedServer proxy([&](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    EXPECT_EQ(peer.ReadUntil("\r\n\r\n"),
              "CONNECT es.test:9200 HTTP/1.1\r\nHost: es.test:9200\r\n"
              "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
    peer.Write("HTTP/1.1 200 Connection established\r\n");
    peer.Write("X-Long: " + std::string(5000, 'x') + "\r\n\r\n");
    TlsPeerOptions options;
    options.certificate = authority_.Issue({});
    TlsPeer inside(std::move(peer), options);
    ASSERT_TRUE(inside.Shake());
    EXPECT_EQ(inside.asked_name(), "es.test");
    EXPECT_EQ(inside.ReadMessage(), "GET /b HTTP/1.1\r\nHost: es.test:9200\r\n\r\n");
    inside.Write(Answer("tunnelled"));
    inside.ReadToEnd();
  });
  HttpClientOptions options = Trusting(authority_);
  options.proxy_url = SecretText(ProxyUrl(proxy, "me:secret@"));
  OpenClient({{.tls = true, .host = "es.test", .port = 9200, .prefix = ""}}, options);
  const HttpResult result = Await(Get("/b"));
  EXPECT_EQ(result.answer.body, "tunnelled") << result.status;
  client_.reset();
}

TEST_F(ProxyTest, ATunnelThatIsNotMadeIsExplained) {
  const struct {
    std::string answer, reason;
  } cases[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nwho?",
       "the proxy answers CONNECT with 407: it wants USER:PASSWORD in proxy_url, or others than "
       "those"},
      {"HTTP/1.1 403 Forbidden\r\n\r\n",
       "the proxy answers CONNECT with 403: it must be told to allow this address"},
      {"HTTP/1.1 502 Bad Gateway\r\n\r\n", "the proxy answers CONNECT with 502"},
      {"", "the proxy has closed instead of making a tunnel"},
      {"SSH-2.0-x\r\n\r\n", "the proxy's answer to CONNECT is no HTTP: bad version"},
  };
  for (const auto& c : cases) {
    ScriptedServer proxy([&](ScriptedServer& s) {
      ScriptedPeer peer = s.Accept();
      peer.ReadUntil("\r\n\r\n");
      peer.Write(c.answer);
    });
    HttpClientOptions options = Trusting(authority_);
    options.proxy_url = SecretText(ProxyUrl(proxy));
    OpenClient({{.tls = true, .host = "es.test", .port = 9200, .prefix = ""}}, options);
    const HttpResult result = Await(Get());
    EXPECT_EQ(result.outcome, HttpOutcome::kNotSent) << c.answer;
    EXPECT_EQ(Reason(result), c.reason);
    EXPECT_NE(result.status.message().find("GET https://es.test:9200 (proxy 127.0.0.1:"),
              absl::string_view::npos)
        << result.status;
    client_.reset();
  }
}

TEST_F(ProxyTest, ATunnelThatDripsEndsByItsDeadline) {
  ScriptedServer proxy([&](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    peer.Drip("HTTP/1.1 200 " + std::string(5000, 'k'), 10);
  });
  HttpClientOptions options = Trusting(authority_);
  options.timeout = std::chrono::milliseconds(200);
  options.proxy_url = SecretText(ProxyUrl(proxy));
  OpenClient({{.tls = true, .host = "es.test", .port = 9200, .prefix = ""}}, options);
  const HttpResult result = Await(Get());
  EXPECT_EQ(result.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(Reason(result), "the proxy's tunnel: took too long");
  client_.reset();
}

TEST_F(ProxyTest, CredentialsAreReadAgainForEachRequest) {
  ScriptedServer proxy([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    for (int i = 0; i < 2; ++i) {
      const std::string head = peer.ReadMessage();
      peer.Write(Answer(head.substr(head.find("Basic"))));
    }
    peer.ReadToEnd();
  });
  HttpClientOptions options;
  const std::string file = Store("password", "one\n");
  options.proxy_url = SecretText({{Secret("http://me:"), ""},
                                  {Secret(), file},
                                  {Secret("@127.0.0.1:" + std::to_string(proxy.port())), ""}});
  OpenClient({{.tls = false, .host = "es.test", .port = 9200, .prefix = ""}}, options);
  EXPECT_EQ(Await(Get()).answer.body, "Basic bWU6b25l\r\n\r\n");
  Store("password", "two\n");
  EXPECT_EQ(Await(Get()).answer.body, "Basic bWU6dHdv\r\n\r\n");
  client_.reset();
}

}  // namespace
}  // namespace tailrace
