#include "agent/redact/authorization_detector.h"

#include <algorithm>
#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/base64.h"
#include "agent/redact/quoted_value.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr std::string_view kHeader = "authorization";
constexpr std::string_view kTokenSchemes[] = {
    "bearer", "basic", "token", "apikey", "api-key",  "negotiate", "ntlm",
    "dpop",   "key",   "jwt",   "gssapi", "kerberos", "splunk",    "genie_key"};
constexpr std::string_view kParameterSchemes[] = {
    "digest", "aws4-hmac-sha256", "hawk",         "signature", "oauth", "mac",
    "hmac",   "sharedkey",        "scram-sha-256"};
constexpr size_t kMinCredentials = 4;
constexpr size_t kMinRawKey = 16;

bool IsSchemeByte(char c) { return IsAlphanumeric(c) || c == '-' || c == '_'; }
bool IsTokenByte(char c) {
  return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '+' ||
         c == '/' || c == '=' || c == ':' || c == '|' || c == '!' || c == '%' || c == '$';
}
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

template <size_t kSize>
bool IsOneOf(std::string_view word, const std::string_view (&words)[kSize]) {
  return std::any_of(std::begin(words), std::end(words),
                     [word](std::string_view known) { return EqualsNoCase(word, known); });
}

bool HasDigit(std::string_view text) { return std::any_of(text.begin(), text.end(), IsDigit); }

// Base64 of "user:password".
bool IsBasic(std::string_view text) {
  char decoded[256];
  const size_t size = DecodeBase64(text, decoded, sizeof(decoded));
  const std::string_view pair(decoded, size);
  return pair.find(':') != std::string_view::npos &&
         std::all_of(pair.begin(), pair.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
}

// Prose behind a scheme: "Bearer token", "Bearer ****".
bool IsProse(std::string_view text) {
  return std::none_of(text.begin(), text.end(), IsAlphanumeric) ||
         (text.size() < kMinRawKey && std::all_of(text.begin(), text.end(), IsLetter) &&
          std::none_of(text.begin() + 1, text.end(), IsUpper));
}

// name="value", name=value, ...: the end of the list that begins at `at`.
size_t ParametersEnd(std::string_view text, size_t at) {
  size_t end = at;
  while (true) {
    const size_t name_end = RunEnd(text, at, IsSchemeByte);
    if (name_end == at || ByteAt(text, name_end) != '=') return end;
    const ValueSpan value = ReadValue(text, name_end + 1);
    end = value.end;
    // The list of signed headers has ';' in it.
    while (!value.quoted && ByteAt(text, end) == ';') end = ReadValue(text, end + 1).end;
    if (value.quoted) end = SkipClosers(text, end);
    const size_t comma = RunEnd(text, end, IsBlank);
    if (ByteAt(text, comma) != ',') return end;
    at = RunEnd(text, comma + 1, IsBlank);
  }
}

// The credentials behind the scheme `scheme`, from `begin` on; their end, or `begin`.
size_t CredentialsEnd(std::string_view text, std::string_view scheme, size_t begin) {
  if (IsOneOf(scheme, kParameterSchemes)) {
    const size_t end = ParametersEnd(text, begin);
    if (end > begin) return end;
  }
  const size_t end = RunEnd(text, begin, IsTokenByte);
  const std::string_view token = text.substr(begin, end - begin);
  return token.size() < kMinCredentials || IsProse(token) ? begin : end;
}

// What an authorization header's value at `at` holds beside its scheme.
void AddHeaderValue(std::string_view text, size_t at, Findings& findings) {
  const size_t word_end = RunEnd(text, at, IsSchemeByte);
  const std::string_view word = text.substr(at, word_end - at);
  const size_t begin = RunEnd(text, word_end, IsBlank);
  const bool known = IsOneOf(word, kTokenSchemes) || IsOneOf(word, kParameterSchemes);
  if (known && begin > word_end) {
    const size_t end = CredentialsEnd(text, word, begin);
    if (end > begin) findings.emplace_back(begin, end, Detector::kAuthorization);
    return;
  }
  // Without a scheme: a bare key.
  const size_t end = RunEnd(text, at, IsTokenByte);
  if (end - at >= kMinRawKey && HasDigit(text.substr(at, end - at))) {
    findings.emplace_back(at, end, Detector::kAuthorization);
  }
}

// Behind the name that ends at `at`: the begin of its value, or npos when none follows.
size_t HeaderValueBegin(std::string_view text, size_t at) {
  at = RunEnd(text, SkipClosers(text, at), IsBlank);
  if (text.substr(at, 2) == "=>" || text.substr(at, 2) == ":=") {
    at += 2;
  } else if (ByteAt(text, at) == ':' || ByteAt(text, at) == '=') {
    ++at;
  } else {
    return std::string_view::npos;
  }
  at = RunEnd(text, at, IsBlank);
  if (ByteAt(text, at) == '[') ++at;
  at = RunEnd(text, at, [](char c) { return c == '\\'; });
  if (ByteAt(text, at) == '"' || ByteAt(text, at) == '\'') ++at;
  return RunEnd(text, at, IsBlank);
}

void FindHeaders(std::string_view text, Findings& findings) {
  // The rarest letter of the word leads to it.
  constexpr size_t kRare = 7;
  for (size_t at = text.find_first_of("zZ"); at != std::string_view::npos;
       at = text.find_first_of("zZ", at + 1)) {
    if (at < kRare || !EqualsNoCase(text.substr(at - kRare, kHeader.size()), kHeader)) continue;
    if (IsAlphanumeric(ByteBefore(text, at - kRare))) continue;
    const size_t value = HeaderValueBegin(text, at - kRare + kHeader.size());
    if (value != std::string_view::npos) AddHeaderValue(text, value, findings);
  }
}

// "Bearer x" and "Basic x" without the header's name.
void FindSchemes(std::string_view text, std::string_view scheme, Findings& findings) {
  for (size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    if (at < scheme.size() ||
        !EqualsNoCase(text.substr(at - scheme.size(), scheme.size()), scheme)) {
      continue;
    }
    if (IsAlphanumeric(ByteBefore(text, at - scheme.size()))) continue;
    const size_t begin = at + 1, end = RunEnd(text, begin, IsTokenByte);
    const std::string_view token = text.substr(begin, end - begin);
    const bool basic = scheme == "basic";
    if (basic ? token.size() >= 8 && IsBasic(token)
              : token.size() >= kMinRawKey && HasDigit(token)) {
      findings.emplace_back(begin, end, Detector::kAuthorization);
    }
  }
}

}  // namespace

bool IsAuthorizationName(std::string_view name) { return NameEndsWith(name, {kHeader}); }

void FindAuthorizations(const NamedText& subject, Findings& findings) {
  FindHeaders(subject.text, findings);
  FindSchemes(subject.text, "bearer", findings);
  FindSchemes(subject.text, "basic", findings);
  if (IsAuthorizationName(subject.name)) AddHeaderValue(subject.text, 0, findings);
}

}  // namespace tailrace
