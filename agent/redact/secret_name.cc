#include "agent/redact/secret_name.h"

#include <algorithm>

#include "agent/redact/ascii.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr size_t kHashCharacters = 22;  // Of 16 bytes, see replacement.h.
constexpr size_t kMinRandom = 8;
constexpr size_t kAwsSecretBytes = 40;
constexpr size_t kMinSessionToken = 100;

constexpr std::string_view kNoValues[] = {
    "null",   "none",     "nil",    "true",    "false", "undefined", "yes", "no", "redacted",
    "hidden", "filtered", "masked", "removed", "empty", "unset",     "n/a", "nan"};

bool AllSame(std::string_view value) {
  return value.find_first_not_of(value[0]) == std::string_view::npos;
}

// What a template or a shell will replace.
bool IsPlaceholder(std::string_view value) {
  constexpr std::string_view kBegins[] = {"${", "$(", "{{", "%{", "%(", "#{", "<"};
  return std::any_of(std::begin(kBegins), std::end(kBegins),
                     [value](std::string_view begin) { return value.starts_with(begin); });
}

bool IsNoValue(std::string_view value) {
  const bool bracketed = (value.starts_with('[') && value.ends_with(']')) ||
                         (value.starts_with('(') && value.ends_with(')'));
  if (bracketed && value.size() > 1) value = value.substr(1, value.size() - 2);
  if (value.empty() || IsPlaceholder(value) || IsReplacement(value)) return true;
  if (AllSame(value) && (value[0] == 'x' || value[0] == 'X' || !IsAlphanumeric(value[0]))) {
    return true;
  }
  return std::any_of(std::begin(kNoValues), std::end(kNoValues),
                     [value](std::string_view word) { return EqualsNoCase(value, word); });
}

bool LooksRandom(std::string_view value) {
  return value.size() >= kMinRandom && std::any_of(value.begin(), value.end(), IsDigit) &&
         std::any_of(value.begin(), value.end(), IsLetter) &&
         std::none_of(value.begin(), value.end(), [](char c) { return c == ' ' || c == '('; });
}

SecretName ClassifyToken(std::string_view name) {
  if (EqualsNoCase(name, "token")) return SecretName::kWeak;
  const bool cursor =
      NameEndsWith(name, {"page_token", "next_token", "continuation_token", "continue_token"});
  return cursor ? SecretName::kNone : SecretName::kStrong;
}

SecretName ClassifyPass(std::string_view name) {
  if (name.size() == 4) return SecretName::kWeak;
  const char before = name[name.size() - 5];
  const bool own_word =
      !IsAlphanumeric(before) || (IsLower(before) && name[name.size() - 4] == 'P');
  return own_word ? SecretName::kStrong : SecretName::kNone;
}

}  // namespace

SecretName ClassifyName(std::string_view name) {
  // "password2"
  while (!name.empty() && IsNameByte(name.back()) && !IsLetter(name.back())) name.remove_suffix(1);
  if (name.size() < 3) return SecretName::kNone;
  switch (ToLower(name.back())) {
    case 'd':
      if (NameEndsWith(name, {"password", "pass_wd"})) return SecretName::kStrong;
      return NameEndsWith(name, {"pwd"}) ? SecretName::kDirectory : SecretName::kNone;
    case 'e':
      return NameEndsWith(name, {"pass_phrase", "pass_code", "secret_key_base"})
                 ? SecretName::kStrong
                 : SecretName::kNone;
    case 'n':
      if (EndsWithNoCase(name, "token")) return ClassifyToken(name);
      return NameEndsWith(name, {"password_confirmation"}) ? SecretName::kStrong
                                                           : SecretName::kNone;
    case 's':
      return EndsWithNoCase(name, "pass") ? ClassifyPass(name) : SecretName::kNone;
    case 't':
      if (NameEndsWith(name, {"client_secret", "app_secret", "consumer_secret", "shared_secret",
                              "api_secret", "webhook_secret", "jwt_secret", "token_secret"})) {
        return SecretName::kStrong;
      }
      return EndsWithNoCase(name, "secret") ? SecretName::kWeak : SecretName::kNone;
    case 'y':
      if (!EndsWithNoCase(name, "key")) return SecretName::kNone;
      return NameEndsWith(name, {"api_key", "access_key", "secret_key", "private_key", "auth_key",
                                 "account_key", "encryption_key", "signing_key", "master_key",
                                 "shared_key", "storage_key", "subscription_key", "license_key"})
                 ? SecretName::kStrong
                 : SecretName::kNone;
    default:
      return SecretName::kNone;
  }
}

bool IsAwsSecretName(std::string_view name) {
  return NameEndsWith(name, {"secret_access_key", "aws_secret_key", "secret_key", "session_token",
                             "security_token"});
}

bool IsAwsSecretValue(std::string_view name, std::string_view value) {
  const bool key = NameEndsWith(name, {"key"});
  if (key ? value.size() != kAwsSecretBytes : value.size() < kMinSessionToken) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return IsBase64(c) || c == '='; });
}

bool IsSecretValue(SecretName kind, std::string_view value) {
  if (kind == SecretName::kNone || IsNoValue(value)) return false;
  if (kind == SecretName::kWeak) return LooksRandom(value);
  const bool directory = value[0] == '/' || value[0] == '~' || value[0] == '.' ||
                         value.find(":\\") == 1 || value.find(":/") == 1;
  return kind != SecretName::kDirectory || !directory;
}

bool IsReplacement(std::string_view value) {
  if (value.starts_with("****")) return true;
  const size_t colon = value.rfind(':');
  return value.starts_with("hmac:") && colon > 5 && value.size() - colon - 1 == kHashCharacters &&
         std::all_of(value.begin() + static_cast<std::ptrdiff_t>(colon) + 1, value.end(),
                     IsBase64Url);
}

}  // namespace tailrace
