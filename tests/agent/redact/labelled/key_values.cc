#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

// The prefixes stand apart from what follows them, so that nobody's scanner for leaked keys takes
// this file for a leak.
namespace tailrace {
namespace {

std::string AwsAccessKey(Dice& dice) {
  return (dice.OneIn(3) ? "AS" : "AK") + std::string("IA") + dice.From(kBase32, 16);
}
std::string AwsSecretKey(Dice& dice) {
  return dice.From(kBase64, 20) + dice.From("+/", 1) + dice.From(kBase64, 18) +
         dice.From(kAlphanumeric, 1);
}
std::string GcpApiKey(Dice& dice) {
  return std::string("AI") + "zaSy" + dice.From(kBase64Url, 32) + dice.From(kAlphanumeric, 1);
}
std::string GcpClientSecret(Dice& dice) {
  return std::string("GOC") + "SPX-" + dice.From(kBase64Url, 27) + dice.From(kAlphanumeric, 1);
}
std::string GcpAccessToken(Dice& dice) {
  return std::string("ya") + "29.a0Af" + dice.From(kBase64Url, dice.Between(60, 160)) +
         dice.From(kAlphanumeric, 1);
}
std::string GcpKey(Dice& dice) {
  const unsigned kind = dice.Below(4);
  return kind == 0 ? GcpClientSecret(dice) : kind == 1 ? GcpAccessToken(dice) : GcpApiKey(dice);
}
std::string GithubKey(Dice& dice) {
  if (dice.OneIn(5)) {
    return std::string("github") + "_pat_" + dice.From(kAlphanumeric, 22) + "_" +
           dice.From(kAlphanumeric, 59);
  }
  return "gh" + dice.From("pousr", 1) + "_" + dice.From(kAlphanumeric, 36);
}
std::string SlackKey(Dice& dice) {
  const std::string team = dice.From("123456789", 1) + dice.From(kDigits, dice.Between(9, 12));
  const std::string bot = dice.From("123456789", 1) + dice.From(kDigits, dice.Between(9, 12));
  switch (dice.Below(4)) {
    case 0:
      return std::string("xox") + "p-" + team + "-" + bot + "-" + team + "-" +
             dice.From(kHexDigits, 32);
    case 1:
      return std::string("xap") + "p-1-A0" + dice.From(kBase32, 9) + "-" + bot + "-" +
             dice.From(kHexDigits, 64);
    default:
      return std::string("xox") + "b-" + team + "-" + bot + "-" + dice.From(kAlphanumeric, 24);
  }
}
std::string SlackHook(Dice& dice) {
  return "T0" + dice.From(kBase32, 8) + "/B0" + dice.From(kBase32, 8) + "/" +
         dice.From(kAlphanumeric, 24);
}
std::string StripeKey(Dice& dice) {
  constexpr std::string_view kKinds[] = {"s", "r", "s", "p"};
  return std::string(dice.Pick(kKinds)) + "k_" + (dice.OneIn(3) ? "test" : "live") + "_" +
         (dice.OneIn(2) ? "51" + dice.From(kAlphanumeric, 97) : dice.From(kAlphanumeric, 24));
}
std::string StripeHookSecret(Dice& dice) {
  return std::string("wh") + "sec_" + dice.From(kAlphanumeric, 32);
}

constexpr ValueMaker kMakers[] = {
    {"aws_access", AwsAccessKey, "aws_key"},
    {"aws_secret", AwsSecretKey, "aws_key"},
    {"gcp", GcpKey, "gcp_key"},
    {"gcp_api", GcpApiKey, "gcp_key"},
    {"gcp_secret", GcpClientSecret, "gcp_key"},
    {"gcp_access", GcpAccessToken, "gcp_key"},
    {"github", GithubKey, "github_key"},
    {"slack", SlackKey, "slack_key"},
    {"slack_hook", SlackHook, "slack_key"},
    {"stripe", StripeKey, "stripe_key"},
    {"stripe_hook", StripeHookSecret, "stripe_key"},
};

}  // namespace

std::span<const ValueMaker> KeyMakers() { return kMakers; }

}  // namespace tailrace
