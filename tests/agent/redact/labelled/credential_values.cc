#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

namespace tailrace {
namespace {

std::string Base64(std::string_view bytes, std::string_view alphabet, std::string_view padding) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t word = 0;
    for (size_t j = 0; j < 3; ++j) {
      word = word << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    }
    for (int j = 0; j < 4; ++j) text += alphabet[word >> (18 - 6 * j) & 63];
  }
  const size_t missing = (3 - bytes.size() % 3) % 3;
  text.resize(text.size() - missing);
  for (size_t i = 0; i < missing; ++i) text += padding;
  return text;
}

std::string Jwt(Dice& dice) {
  constexpr std::string_view kHeaders[] = {
      R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"RS256","typ":"JWT","kid":"2024-05"})",
      R"({"typ":"JWT","alg":"ES256"})", R"({"alg":"none"})", R"({"kid":"k1","alg":"PS512"})"};
  const std::string_view header = dice.Pick(kHeaders);
  const std::string claims = R"({"sub":")" + dice.Number(1000, 99999) + R"(","iat":17145)" +
                             dice.From(kDigits, 5) + R"(,"scope":"read )" +
                             dice.From(kLower, dice.Between(3, 30)) + R"("})";
  const size_t signature = header.find("RS") != std::string_view::npos ? 342 : 43;
  return Base64(header, kBase64Url, "") + "." + Base64(claims, kBase64Url, "") + "." +
         dice.From(kBase64Url, signature - 1) + dice.From(kAlphanumeric, 1);
}

std::string Bearer(Dice& dice) {
  switch (dice.Below(4)) {
    case 0:
      return dice.From(kHexDigits, 40);
    case 1:
      return dice.From(kAlphanumeric, 8) + "-" + dice.From(kBase64Url, 20) +
             dice.From(kAlphanumeric, 4);
    case 2:
      return dice.From(kAlphanumeric, 30) + "==";
    default:
      return dice.From(kLower, 3) + "." + dice.From(kAlphanumeric, 16) + "." +
             dice.From(kAlphanumeric, 22);
  }
}
std::string Basic(Dice& dice) {
  return Base64(
      dice.From(kLower, dice.Between(3, 9)) + ":" + dice.From(kAlphanumeric, dice.Between(6, 14)),
      kBase64, "=");
}
std::string Digest(Dice& dice) {
  return R"(username="ada", realm="shop", nonce=")" + dice.From(kHexDigits, 32) +
         R"(", uri="/orders", response=")" + dice.From(kHexDigits, 32) + "\"";
}
std::string SignatureV4(Dice& dice) {
  return "Credential=`aws_access`/20240501/us-east-1/s3/aws4_request, "
         "SignedHeaders=host;x-amz-date, Signature=" +
         dice.From(kHexDigits, 64);
}

std::string PemText(Dice& dice, std::string_view newline) {
  constexpr std::string_view kKinds[] = {"RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY",
                                         "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"};
  const std::string kind(dice.Pick(kKinds));
  std::string text = "-----BEGIN " + kind + "-----";
  for (unsigned left = dice.Between(2, 12); left > 0; --left) {
    text += std::string(newline) + dice.From(kBase64, left > 1 ? 64 : dice.Between(8, 64));
  }
  return text + std::string(newline) + "-----END " + kind + "-----";
}
std::string Pem(Dice& dice) { return PemText(dice, "\n"); }
std::string FoldedPem(Dice& dice) { return PemText(dice, "\\n"); }
std::string PgpPem(Dice& dice) {
  return "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n" + dice.From(kBase64, 64) +
         "\n" + dice.From(kBase64, 64) + "\n=" + dice.From(kBase64, 4) +
         "\n-----END PGP PRIVATE KEY BLOCK-----";
}

// In quotes nearly everything may stand.
std::string QuotedPassword(Dice& dice) {
  constexpr std::string_view kWords[] = {"correct horse battery staple",
                                         "hunter2",
                                         "let me in, please",
                                         "S3cret!",
                                         "p@ss=word;1",
                                         "swordfish"};
  if (dice.OneIn(3)) return std::string(dice.Pick(kWords));
  return dice.From(kAlphanumeric, 4) + dice.From("!#$%^*()_+-=;:,.?/<> ", 2) +
         dice.From(kAlphanumeric, 6);
}
std::string BarePassword(Dice& dice) {
  constexpr std::string_view kWords[] = {"hunter2", "S3cret!", "Passw0rd", "qwerty123",
                                         "tr0ub4dor"};
  if (dice.OneIn(4)) return std::string(dice.Pick(kWords));
  return dice.From(kAlphanumeric, dice.Between(5, 11)) + dice.From("!$%^*_+-.~", 1) +
         dice.From(kDigits, 2);
}
std::string QueryPassword(Dice& dice) {
  return dice.From(kAlphanumeric, 4) + "%21" + dice.From(kAlphanumeric, 5);
}
std::string ApiKey(Dice& dice) {
  switch (dice.Below(3)) {
    case 0:
      return dice.From(kHexDigits, 31) + dice.From(kDigits, 1);
    case 1:
      return dice.From(kAlphanumeric, 20) + "_" + dice.From(kDigits, 3);
    default:
      return dice.From(kLower, 3) + "-" + dice.From(kAlphanumeric, 24) + dice.From(kDigits, 1);
  }
}
std::string Phrase(Dice& dice) {
  return dice.From(kLower, 5) + " " + dice.From(kLower, 7) + " " + dice.From(kLower, 4);
}

// A value that two detectors must find.
template <const char* kName>
std::string Within(Dice&) {
  return std::string("`") + kName + "`";
}
constexpr char kJwtName[] = "jwt";
constexpr char kAwsAccessName[] = "aws_access";
constexpr char kAwsSecretName[] = "aws_secret";
constexpr char kGcpName[] = "gcp";
constexpr char kGithubName[] = "github";
constexpr char kSlackName[] = "slack";
constexpr char kStripeName[] = "stripe";
constexpr char kFoldedPemName[] = "pem_folded";
std::string GithubUserinfo(Dice&) { return "x-access-token:`github`"; }

constexpr ValueMaker kMakers[] = {
    {"jwt", Jwt, "jwt"},
    {"bearer", Bearer, "authorization"},
    {"basic", Basic, "authorization"},
    {"digest", Digest, "authorization"},
    {"sigv4", SignatureV4, "authorization"},
    {"raw_authorization", ApiKey, "authorization"},
    {"auth_jwt", Within<kJwtName>, "authorization"},
    {"auth_github", Within<kGithubName>, "authorization"},
    {"auth_stripe", Within<kStripeName>, "authorization"},
    {"pem", Pem, "private_key"},
    {"pem_folded", FoldedPem, "private_key"},
    {"pem_pgp", PgpPem, "private_key"},
    {"password", BarePassword, "password"},
    {"password_quoted", QuotedPassword, "password"},
    {"password_query", QueryPassword, "password"},
    {"api_key", ApiKey, "password"},
    {"phrase", Phrase, "password"},
    {"pair_jwt", Within<kJwtName>, "password"},
    {"pair_aws_access", Within<kAwsAccessName>, "password"},
    {"pair_aws_secret", Within<kAwsSecretName>, "password"},
    {"pair_gcp", Within<kGcpName>, "password"},
    {"pair_github", Within<kGithubName>, "password"},
    {"pair_slack", Within<kSlackName>, "password"},
    {"pair_stripe", Within<kStripeName>, "password"},
    {"pair_pem", Within<kFoldedPemName>, "password"},
    {"userinfo_github", GithubUserinfo, "url_userinfo"},
};

}  // namespace

std::span<const ValueMaker> CredentialMakers() { return kMakers; }

}  // namespace tailrace
