// Which names announce a secret as their value, and which values are none after all.
//
// Threads    Any.
#pragma once

#include <cstdint>
#include <string_view>

namespace tailrace {

enum class SecretName : uint8_t {
  kNone,
  kStrong,     // password, api_key, access_token: whatever follows is a secret.
  kWeak,       // token, secret: also words of ordinary logs, so the value must look random.
  kDirectory,  // pwd: a password, or the working directory.
};

// By the end of `name`, whatever its case and separators: "DB_PASSWORD", "x-api-key",
// "newPassword".
SecretName ClassifyName(std::string_view name);

// Names of secret keys and session tokens of AWS, whose values have no prefix.
bool IsAwsSecretName(std::string_view name);
bool IsAwsSecretValue(std::string_view name, std::string_view value);

// Whether `value` behind a name of that kind is a secret: not "null", "****", "${DB_PASSWORD}", not
// a directory for kDirectory, nothing but what looks random for kWeak.
bool IsSecretValue(SecretName kind, std::string_view value);

// What redaction itself writes: "****", or a hash with its key id.
bool IsReplacement(std::string_view value);

}  // namespace tailrace
