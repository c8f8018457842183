#include "agent/net/http_credentials.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// RFC 4648 section 4.
Secret Base64(std::string_view text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  encoded.resize(static_cast<size_t>(length));
  return Secret(std::move(encoded));
}

}  // namespace

Secret BasicAuthorization(const Secret& user_and_password) {
  const Secret encoded = Base64(user_and_password.Reveal());
  return Secret(Concat({"Basic ", encoded.Reveal()}));
}

absl::StatusOr<Secret> ApiKeyAuthorization(const Secret& api_key) {
  const std::string_view key = api_key.Reveal();
  const bool printable =
      std::ranges::all_of(key, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (key.empty() || !printable) {
    return absl::InvalidArgumentError(
        "expected the \"encoded\" form that Elasticsearch shows, or ID:KEY");
  }
  const bool encoded = key.find(':') == std::string_view::npos;
  const Secret value = encoded ? api_key : Base64(key);
  return Secret(Concat({"ApiKey ", value.Reveal()}));
}

absl::StatusOr<Secret> HttpCredentials::Header(MonotonicTime now) {
  if (!api_key.empty()) {
    ASSIGN_OR_RETURN(const Secret key, api_key.Read(now));
    absl::StatusOr<Secret> header = ApiKeyAuthorization(key);
    return header.ok() ? std::move(header) : Annotate(header.status(), "api_key");
  }
  if (user.empty()) return Secret();
  ASSIGN_OR_RETURN(const Secret name, user.Read(now));
  ASSIGN_OR_RETURN(const Secret word, password.Read(now));
  return BasicAuthorization(Secret(Concat({name.Reveal(), ":", word.Reveal()})));
}

}  // namespace tailrace
