#include "agent/net/http_credentials.h"

#include <gtest/gtest.h>

#include "tests/agent/net/tls_fixture.h"

namespace tailrace {
namespace {

TEST(HttpCredentials, MakeTheHeaderOfTheirKind) {
  const struct {
    std::string user, password, api_key, header;
  } cases[] = {
      {"", "", "", ""},
      {"elastic", "pa:ss", "", "Basic ZWxhc3RpYzpwYTpzcw=="},
      {"elastic", "", "", "Basic ZWxhc3RpYzo="},
      {"", "", "id:key", "ApiKey aWQ6a2V5"},
      {"", "", "aWQ6a2V5", "ApiKey aWQ6a2V5"},
  };
  for (const auto& c : cases) {
    HttpCredentials credentials{SecretText(c.user), SecretText(c.password), SecretText(c.api_key)};
    EXPECT_EQ(credentials.Header({})->Reveal(), c.header);
    EXPECT_EQ(credentials.empty(), c.header.empty());
  }
}

class HttpCredentialsFileTest : public TlsFixture {};

TEST_F(HttpCredentialsFileTest, AKeyThatIsNoneIsRefusedWithoutBeingShown) {
  const std::string file = Store("key", "hunter2\nhunter2");
  HttpCredentials credentials;
  credentials.api_key = SecretText({{Secret(), file}});
  const absl::Status status = credentials.Header({}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FromAbsl(status.message()),
            "api_key: expected the \"encoded\" form that Elasticsearch shows, or ID:KEY");
}

TEST_F(HttpCredentialsFileTest, ARotatedKeyStandsInTheNextRequest) {
  ScriptedServer server([](ScriptedServer& s) {
    ScriptedPeer peer = s.Accept();
    for (int i = 0; i < 2; ++i) {
      const std::string head = peer.ReadMessage();
      peer.Write(Answer(head.substr(head.find("Authorization"))));
    }
    peer.ReadToEnd();
  });
  HttpClientOptions options;
  options.credentials.api_key = SecretText({{Secret(), Store("key", "one\n")}});
  OpenClient({server.url()}, options);
  EXPECT_EQ(Await(Get()).answer.body, "Authorization: ApiKey one\r\n\r\n");
  Store("key", "two\n");
  EXPECT_EQ(Await(Get()).answer.body, "Authorization: ApiKey two\r\n\r\n");
  client_.reset();
}

TEST_F(HttpCredentialsFileTest, AnAuthorizationOfTheCallersOwnIsRefused) {
  OpenClient({{.tls = false, .host = "127.0.0.1", .port = 1, .prefix = ""}});
  for (const std::string name : {"Authorization", "proxy-authorization"}) {
    HttpRequest request = Get();
    request.headers = {{name, "x"}};
    EXPECT_EQ(client_->Send(std::move(request), [](const HttpResult&) { FAIL(); }).code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tailrace
