#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

// Each of these has the shape of a secret and fails one check.
namespace tailrace {
namespace {

std::string ShortAwsKey(Dice& dice) { return std::string("AK") + "IA" + dice.From(kBase32, 15); }
std::string LongAwsKey(Dice& dice) { return std::string("AK") + "IA" + dice.From(kBase32, 18); }
std::string LowerAwsKey(Dice& dice) {
  return std::string("AK") + "IA" + dice.From(kLower, 8) + dice.From(kBase32, 8);
}
std::string RoleId(Dice& dice) { return std::string("AR") + "OA" + dice.From(kBase32, 17); }
std::string ShortGcpKey(Dice& dice) {
  return std::string("AI") + "za" + dice.From(kAlphanumeric, 30);
}
std::string LongGcpKey(Dice& dice) {
  return std::string("AI") + "za" + dice.From(kAlphanumeric, 44);
}
std::string ShortGithubKey(Dice& dice) {
  return "gh" + dice.From("pousr", 1) + "_" + dice.From(kAlphanumeric, dice.Between(6, 30));
}
std::string GithubName(Dice& dice) {
  constexpr std::string_view kNames[] = {"ghp_pages_branch", "gho_client",
                                         "ghs_exporter_build_info", "github_pat_rotation_days",
                                         "ghu_user"};
  return std::string(dice.Pick(kNames));
}
std::string SlackWord(Dice& dice) {
  constexpr std::string_view kNames[] = {"xoxb-", "xoxp-token", "xoxo-love", "xoxb-xxxx-xxxx",
                                         "xapp-1"};
  return std::string(dice.Pick(kNames));
}
std::string StripeWord(Dice& dice) {
  constexpr std::string_view kNames[] = {
      "sk_live_",        "sk_test_mode",        "rk_test",
      "task_live_count", "disk_test_passed_ok", "pk_lookup_by_region_and_zone_id"};
  return std::string(dice.Pick(kNames));
}
std::string StripeId(Dice& dice) {
  constexpr std::string_view kPrefixes[] = {"cus_", "pi_", "ch_", "in_", "evt_", "seti_", "price_"};
  return std::string(dice.Pick(kPrefixes)) + dice.From(kAlphanumeric, 24);
}
// Base64 of JSON, but no three parts, or no algorithm in the first.
std::string JsonBase64(Dice& dice) { return "eyJ" + dice.From(kAlphanumeric, 61); }
std::string FlaskSession(Dice& dice) {
  return std::string("eyJ") + "1c2VyX2lkIjo0Mn0." + dice.From(kBase64Url, 6) + "." +
         dice.From(kBase64Url, 26) + dice.From(kAlphanumeric, 1);
}
std::string DottedWords(Dice& dice) {
  return "eyJ." + dice.From(kLower, 8) + "." + dice.From(kLower, 8);
}

std::string OctetTooLarge(Dice& dice) {
  return dice.Number(256, 999) + "." + dice.Number(0, 255) + "." + dice.Number(0, 255) + "." +
         dice.Number(0, 255);
}
std::string LeadingZeros(Dice& dice) {
  return "0" + dice.Number(10, 99) + "." + dice.Number(100, 255) + ".0" + dice.Number(10, 99) +
         "." + dice.Number(100, 255);
}
std::string ObjectId(Dice& dice) {
  return "1.3.6.1.4.1." + dice.Number(1, 9999) + "." + dice.Number(1, 40) + ".1." +
         dice.Number(1, 9);
}
std::string MacAddress(Dice& dice) {
  std::string text = dice.From(kHexDigits, 2);
  for (int i = 0; i < 5; ++i) text += ":" + dice.From(kHexDigits, 2);
  return text;
}
std::string Fingerprint(Dice& dice) {
  std::string text = dice.From("0123456789ABCDEF", 2);
  for (unsigned left = dice.Pick({7u, 15u, 19u, 31u}); left > 0; --left) {
    text += ":" + dice.From("0123456789ABCDEF", 2);
  }
  return text;
}
std::string Scope(Dice& dice) {
  constexpr std::string_view kScopes[] = {"std::vector<int>::push_back",
                                          "tokio::net::tcp",
                                          "db::add",
                                          "Foo::Bar::baz",
                                          "a::b::c",
                                          "arn:aws:iam::123456789012:role/app",
                                          "dead::code",
                                          "core::fmt",
                                          "cafe::Beef",
                                          "x::1y"};
  return std::string(dice.Pick(kScopes));
}
std::string NotMail(Dice& dice) {
  constexpr std::string_view kTexts[] = {"root@localhost",
                                         "@angular/core@17.3.1",
                                         "lodash@4.17.21",
                                         "logo@2x.png",
                                         "getty@tty1.service",
                                         "user@host",
                                         "com.acme.Order@1b6d3586",
                                         "@ada",
                                         "foo@",
                                         "@Transactional",
                                         "react-dom@18.2.0",
                                         "a@b.c",
                                         "git@github.com:acme/shop.git",
                                         "user@1000.service",
                                         "icon@3x.webp",
                                         "ssh-connection@openssh",
                                         "typescript@5.4",
                                         "photo@home.jpeg",
                                         "HEAD@{2}",
                                         "team@#general",
                                         "x @ example.com",
                                         "build@main.js",
                                         "..@..com"};
  return std::string(dice.Pick(kTexts));
}
std::string ImageDigest(Dice& dice) {
  return "registry.acme.io/shop/api@sha256:" + dice.From(kHexDigits, 64);
}
std::string NoSecret(Dice& dice) {
  constexpr std::string_view kTexts[] = {
      "****",       "********",       "null",     "",          "None", "[REDACTED]",
      "<redacted>", "xxxxxxxx",       "false",    "nil",       "true", "undefined",
      "***",        "${DB_PASSWORD}", "(hidden)", "[FILTERED]"};
  return std::string(dice.Pick(kTexts));
}
std::string LicenseKey(Dice& dice) {
  std::string text = dice.From(kUpper, 2) + dice.From(kDigits, 2);
  for (int i = 0; i < 4; ++i) text += "-" + dice.From(kBase32, 4);
  return text;
}
std::string ScientificNumber(Dice& dice) {
  return dice.Number(1, 9) + "." + dice.From(kDigits, 15) + "e+" + dice.Number(10, 99);
}
std::string Imei(Dice& dice) { return "35" + dice.From(kDigits, 13); }
std::string TrackingNumber(Dice& dice) {
  return dice.OneIn(2) ? "1Z" + dice.From(kBase32, 16)
                       : "9400 1" + dice.From(kDigits, 3) + " " + dice.From(kDigits, 4) + " " +
                             dice.From(kDigits, 4) + " " + dice.From(kDigits, 4) + " " +
                             dice.From(kDigits, 2);
}
std::string OrderNumber(Dice& dice) {
  switch (dice.Below(6)) {
    case 0:
      return "1" + dice.From(kDigits, 9);
    case 1:
      return "2024" + dice.From(kDigits, 4) + "-" + dice.From(kDigits, 6);
    case 2:
      return "ORD-" + dice.From(kDigits, 8);
    case 3:
      return dice.From(kDigits, 3) + "-" + dice.From(kDigits, 7) + "-" + dice.From(kDigits, 7);
    case 4:
      return dice.From(kDigits, 12);
    default:
      return "R" + dice.From(kDigits, 9);
  }
}
std::string Isbn(Dice& dice) {
  return "978-" + dice.From(kDigits, 1) + "-" + dice.From(kDigits, 4) + "-" +
         dice.From(kDigits, 4) + "-" + dice.From(kDigits, 1);
}

constexpr ValueMaker kMakers[] = {
    {"aws_short", ShortAwsKey, ""},
    {"aws_long", LongAwsKey, ""},
    {"aws_lower", LowerAwsKey, ""},
    {"aws_role", RoleId, ""},
    {"gcp_short", ShortGcpKey, ""},
    {"gcp_long", LongGcpKey, ""},
    {"github_short", ShortGithubKey, ""},
    {"github_name", GithubName, ""},
    {"slack_word", SlackWord, ""},
    {"stripe_word", StripeWord, ""},
    {"stripe_id", StripeId, ""},
    {"json_base64", JsonBase64, ""},
    {"flask_session", FlaskSession, ""},
    {"dotted_words", DottedWords, ""},
    {"octet_too_large", OctetTooLarge, ""},
    {"leading_zeros", LeadingZeros, ""},
    {"oid", ObjectId, ""},
    {"mac", MacAddress, ""},
    {"fingerprint", Fingerprint, ""},
    {"scope", Scope, ""},
    {"not_mail", NotMail, ""},
    {"image_digest", ImageDigest, ""},
    {"no_secret", NoSecret, ""},
    {"license", LicenseKey, ""},
    {"scientific", ScientificNumber, ""},
    {"imei", Imei, ""},
    {"tracking", TrackingNumber, ""},
    {"order", OrderNumber, ""},
    {"isbn", Isbn, ""},
};

}  // namespace

std::span<const ValueMaker> LookalikeMakers() { return kMakers; }

}  // namespace tailrace
