#include "agent/config/credentials_section.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/net/proxy.h"

namespace tailrace {
namespace {

SecretText LoadApiKey(MapReader& reader, ConfigText api_key) {
  const absl::Status status = ApiKeyAuthorization(Secret(api_key.text)).status();
  if (!status.ok()) reader.ErrorIn("api_key", api_key, status);
  return std::move(api_key.secret);
}

// It is a header's part only when it is encoded, so any text will do as a password.
absl::Status CheckUser(const std::string& user) {
  if (!user.empty() && user.find(':') == std::string::npos) return absl::OkStatus();
  return absl::InvalidArgumentError("a user name without \":\" is needed");
}

}  // namespace

HttpCredentials LoadCredentials(MapReader& reader) {
  HttpCredentials credentials;
  std::optional<ConfigText> user = reader.Text("user");
  std::optional<ConfigText> password = reader.Text("password");
  std::optional<ConfigText> api_key = reader.Text("api_key");
  if (api_key.has_value()) {
    if (user.has_value() || password.has_value()) {
      reader.Error(*api_key->node, {"\"api_key\" excludes \"user\" and \"password\""});
    }
    credentials.api_key = LoadApiKey(reader, *std::move(api_key));
  } else if (user.has_value() && password.has_value()) {
    if (const absl::Status status = CheckUser(user->text); !status.ok()) {
      reader.ErrorIn("user", *user, status);
    }
    credentials.user = std::move(user->secret);
    credentials.password = std::move(password->secret);
  } else if (reader.Has("user") && !reader.Has("password")) {
    reader.Require("password");
  } else if (reader.Has("password") && !reader.Has("user")) {
    reader.Require("user");
  }
  return credentials;
}

SecretText LoadProxyUrl(MapReader& reader) {
  std::optional<ConfigText> url = reader.Text("proxy_url", "http://[USER:PASSWORD@]HOST:PORT");
  if (!url.has_value()) return {};
  if (const absl::Status status = ParseProxyUrl(url->text).status(); !status.ok()) {
    reader.ErrorIn("proxy_url", *url, status);
  }
  return std::move(url->secret);
}

}  // namespace tailrace
