// HttpCredentials makes the Authorization header of a request, from secrets that are read again
// when their files change.
//
// Threads    Not thread-safe; copies are independent of each other.
// Failure    Messages never hold a secret.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "agent/base/clock.h"
#include "agent/base/secret.h"
#include "agent/base/secret_text.h"

namespace tailrace {

struct HttpCredentials {
  // Either these two (RFC 7617), or the key, or nothing.
  SecretText user;
  SecretText password;
  SecretText api_key;  // Of Elasticsearch: encoded, or "ID:KEY".

  bool empty() const { return user.empty() && password.empty() && api_key.empty(); }

  // "Basic ...", "ApiKey ...", or an empty one. Errors: of SecretText::Read; kInvalidArgument for
  // text that cannot stand in a header.
  [[nodiscard]] absl::StatusOr<Secret> Header(MonotonicTime now);

  friend bool operator==(const HttpCredentials&, const HttpCredentials&) = default;
};

// "Basic ..." of "USER:PASSWORD".
Secret BasicAuthorization(const Secret& user_and_password);

// "ApiKey ..." of one of the two forms. kInvalidArgument for what is neither.
[[nodiscard]] absl::StatusOr<Secret> ApiKeyAuthorization(const Secret& api_key);

}  // namespace tailrace
