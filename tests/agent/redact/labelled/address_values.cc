#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

namespace tailrace {
namespace {

constexpr std::string_view kFirst[] = {"ada",    "grace", "linus", "maria", "jose",  "wei",
                                       "fatima", "olga",  "james", "anna",  "pedro", "yuki"};
constexpr std::string_view kLast[] = {"lovelace", "hopper", "smith",  "garcia", "mueller", "chen",
                                      "ivanova",  "okafor", "dubois", "rossi",  "tanaka",  "novak"};
constexpr std::string_view kDomains[] = {
    "example.com",  "gmail.com",       "mail.example.co.uk", "corp.internal",    "my-shop.io",
    "uni-mainz.de", "sub.example.org", "acme.museum",        "xn--bcher-kva.de", "x.ai",
    "qq.com",       "163.com",         "example.technology", "web.de",           "EXAMPLE.COM"};

std::string Local(Dice& dice) {
  const std::string first(dice.Pick(kFirst)), last(dice.Pick(kLast));
  switch (dice.Below(9)) {
    case 0:
      return first + "." + last;
    case 1:
      return first + "_" + last + dice.Number(1, 99);
    case 2:
      return first.substr(0, 1) + last;
    case 3:
      return first + "+" + dice.From(kLower, 4);
    case 4:
      return first + dice.Number(1950, 2009);
    case 5:
      return first + "-" + last;
    case 6:
      return first.substr(0, 1) + "." + last + "+orders." + dice.Number(1, 999);
    case 7:
      return static_cast<char>(first[0] - 'a' + 'A') + first.substr(1) + "." + last;
    default:
      return dice.From(kLower, 2) + dice.From(kDigits, 6);
  }
}
std::string Email(Dice& dice) { return Local(dice) + "@" + std::string(dice.Pick(kDomains)); }
std::string EncodedEmail(Dice& dice) {
  std::string local = Local(dice);
  for (size_t plus; (plus = local.find('+')) != std::string::npos;) local.replace(plus, 1, "%2B");
  return local + "%40" + std::string(dice.Pick(kDomains));
}
std::string AccentedEmail(Dice& dice) {
  return "j\xc3\xbcrgen." + std::string(dice.Pick(kLast)) +
         "@b\xc3\xbc"
         "cher.example";
}

std::string Ipv4(Dice& dice) {
  switch (dice.Below(4)) {
    case 0:
      return "10." + dice.Number(0, 255) + "." + dice.Number(0, 255) + "." + dice.Number(1, 254);
    case 1:
      return "192.168." + dice.Number(0, 255) + "." + dice.Number(1, 254);
    case 2:
      return "172." + dice.Number(16, 31) + "." + dice.Number(0, 255) + "." + dice.Number(1, 254);
    default:
      return dice.Number(1, 223) + "." + dice.Number(0, 255) + "." + dice.Number(0, 255) + "." +
             dice.Number(1, 254);
  }
}

std::string Group(Dice& dice) {
  // The leading zeros of RFC 5952 are left out, but not the digit that tells a group from a word.
  return dice.From("123456789abcdef", 1) + dice.From(kHexDigits, dice.Below(3)) +
         dice.From(kDigits, 1);
}
std::string Ipv6(Dice& dice) {
  switch (dice.Below(6)) {
    case 0: {
      std::string text = "2001:0db8";
      for (int i = 0; i < 6; ++i) text += ":" + dice.From(kHexDigits, 4);
      return text;
    }
    case 1:
      return "2001:db8::" + Group(dice);
    case 2:
      return "2a02:" + Group(dice) + ":" + Group(dice) + "::" + Group(dice);
    case 3:
      return "fd00:" + Group(dice) + ":" + Group(dice) + ":" + Group(dice) + "::" + Group(dice) +
             ":" + Group(dice);
    case 4:
      return "2001:DB8:" + dice.From("0123456789ABCDEF", 4) + "::" + dice.Number(1, 99);
    default: {
      std::string text = "2a00:1450";
      for (int i = 0; i < 6; ++i) text += ":" + Group(dice);
      return text;
    }
  }
}
std::string LinkLocal(Dice& dice) {
  return "fe80::" + Group(dice) + ":" + dice.From(kHexDigits, 2) + "ff:fe" + dice.From(kDigits, 2) +
         ":" + Group(dice);
}
std::string Mapped(Dice&) { return "::ffff:`ipv4`"; }

std::string Host(Dice& dice) {
  constexpr std::string_view kHosts[] = {"db.example.com", "localhost",     "redis-0.redis.svc",
                                         "repo.acme.io",   "mq.internal",   "10.1.2.x",
                                         "[2001:db8::5]",  "api.shop.test", "pg-primary"};
  const std::string_view host = kHosts[dice.Below(5)];
  return std::string(host);
}
std::string Userinfo(Dice& dice) {
  const std::string user(dice.Pick(kFirst));
  switch (dice.Below(5)) {
    case 0:
      return user + ":" + dice.From(kAlphanumeric, 12);
    case 1:
      return "app_rw:" + dice.From(kAlphanumeric, 6) + "%23" + dice.From(kAlphanumeric, 4);
    case 2:
      return ":" + dice.From(kAlphanumeric, 16);
    case 3:
      return user + ":" + dice.From(kAlphanumeric, 4) + "!$" + dice.From(kAlphanumeric, 4);
    default:
      return dice.From(kHexDigits, 32);
  }
}

constexpr ValueMaker kMakers[] = {
    {"email", Email, "email"},
    {"email_encoded", EncodedEmail, "email"},
    {"email_accented", AccentedEmail, "email"},
    {"local", Local, ""},
    {"ipv4", Ipv4, "ipv4"},
    {"ipv6", Ipv6, "ipv6"},
    {"ipv6_link_local", LinkLocal, "ipv6"},
    {"ipv6_mapped", Mapped, "ipv6"},
    {"userinfo", Userinfo, "url_userinfo"},
    {"url_host", Host, ""},
};

}  // namespace

std::span<const ValueMaker> AddressMakers() { return kMakers; }

}  // namespace tailrace
