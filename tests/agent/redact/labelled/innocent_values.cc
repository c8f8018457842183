#include <cstdio>
#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

namespace tailrace {
namespace {

std::string Two(unsigned number) {
  char digits[8];
  std::snprintf(digits, sizeof(digits), "%02u", number % 100);
  return digits;
}
std::string Clock(Dice& dice) {
  return Two(dice.Below(24)) + ":" + Two(dice.Below(60)) + ":" + Two(dice.Below(60));
}
std::string Day(Dice& dice) {
  return dice.Number(2019, 2027) + "-" + Two(dice.Between(1, 12)) + "-" + Two(dice.Between(1, 28));
}
std::string IsoTime(Dice& dice) {
  constexpr std::string_view kZones[] = {"Z", "+00:00", "+02:00", "-05:30", "+1000", "Z"};
  return Day(dice) + "T" + Clock(dice) + "." + dice.From(kDigits, dice.OneIn(2) ? 3 : 9) +
         std::string(dice.Pick(kZones));
}
std::string SpacedTime(Dice& dice) {
  return Day(dice) + " " + Clock(dice) + "," + dice.From(kDigits, 3);
}
std::string ApacheTime(Dice& dice) {
  return Two(dice.Between(1, 28)) + "/May/2024:" + Clock(dice) + " +0000";
}
std::string SyslogTime(Dice& dice) { return "May  " + dice.Number(1, 9) + " " + Clock(dice); }
std::string EpochSeconds(Dice& dice) { return "17" + dice.From(kDigits, 8); }
std::string EpochMillis(Dice& dice) { return "17" + dice.From(kDigits, 11); }
std::string EpochMicros(Dice& dice) { return "17" + dice.From(kDigits, 14); }
std::string EpochNanos(Dice& dice) { return "17" + dice.From(kDigits, 17); }
std::string Snowflake(Dice& dice) { return "1" + dice.From(kDigits, dice.Between(17, 18)); }
template <unsigned kLow, unsigned kHigh>
std::string NumberIn(Dice& dice) {
  return dice.Number(kLow, kHigh);
}
template <size_t kLength>
std::string Hex(Dice& dice) {
  return dice.From(kHexDigits, kLength);
}
std::string UpperHex(Dice& dice) { return dice.From("0123456789ABCDEF", 32); }
std::string Uuid(Dice& dice) {
  return Hex<8>(dice) + "-" + Hex<4>(dice) + "-4" + Hex<3>(dice) + "-" + dice.From("89ab", 1) +
         Hex<3>(dice) + "-" + Hex<12>(dice);
}
// As those of version 4 that happen to be made of digits.
std::string DigitUuid(Dice& dice) {
  return dice.From(kDigits, 8) + "-" + dice.From(kDigits, 4) + "-4" + dice.From(kDigits, 3) + "-8" +
         dice.From(kDigits, 3) + "-" + dice.From(kDigits, 12);
}
std::string UpperUuid(Dice& dice) {
  std::string text = Uuid(dice);
  for (char& c : text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  return text;
}
std::string Word(Dice& dice) {
  constexpr std::string_view kWords[] = {
      "checkout", "payment",  "order",    "session", "token",   "password", "secret",  "cache",
      "upstream", "database", "customer", "cart",    "invoice", "shipment", "refund",  "catalog",
      "basic",    "bearer",   "message",  "server",  "version", "key",      "account", "record"};
  return std::string(dice.Pick(kWords));
}
std::string Path(Dice& dice) {
  constexpr std::string_view kPaths[] = {"/api/v1/orders/", "/healthz?n=", "/static/app.",
                                         "/cart/",          "/v2/users/",  "/metrics/"};
  return std::string(dice.Pick(kPaths)) + dice.Number(1, 99999);
}
std::string HostName(Dice& dice) {
  constexpr std::string_view kNames[] = {"web-",  "ip-10-0-3-",  "gke-prod-pool-1-",
                                         "node-", "db-primary-", "worker-"};
  return std::string(dice.Pick(kNames)) + dice.Number(1, 254);
}
std::string Pod(Dice& dice) {
  return Word(dice) + "-" + dice.From("bcdf2456789", 9) + "-" + dice.From("bcdfgh2456789", 5);
}
std::string Version3(Dice& dice) {
  return dice.Number(0, 20) + "." + dice.Number(0, 40) + "." + dice.Number(0, 300);
}
std::string Version4(Dice& dice) { return Version3(dice) + "." + dice.Number(0, 200); }
std::string Decimal(Dice& dice) { return dice.Number(0, 999) + "." + dice.From(kDigits, 3); }

constexpr ValueMaker kMakers[] = {
    {"clock", Clock, ""},
    {"day", Day, ""},
    {"ts_iso", IsoTime, ""},
    {"ts_space", SpacedTime, ""},
    {"ts_apache", ApacheTime, ""},
    {"ts_syslog", SyslogTime, ""},
    {"epoch_s", EpochSeconds, ""},
    {"epoch_ms", EpochMillis, ""},
    {"epoch_us", EpochMicros, ""},
    {"epoch_ns", EpochNanos, ""},
    {"snowflake", Snowflake, ""},
    {"n2", NumberIn<10, 99>, ""},
    {"n3", NumberIn<100, 999>, ""},
    {"n5", NumberIn<10000, 99999>, ""},
    {"n7", NumberIn<1000000, 9999999>, ""},
    {"n9", NumberIn<100000000, 999999999>, ""},
    {"octet", NumberIn<1, 254>, ""},
    {"hex4", Hex<4>, ""},
    {"hex8", Hex<8>, ""},
    {"hex16", Hex<16>, ""},
    {"hex32", Hex<32>, ""},
    {"hex40", Hex<40>, ""},
    {"hex64", Hex<64>, ""},
    {"hex32_upper", UpperHex, ""},
    {"uuid", Uuid, ""},
    {"uuid_digits", DigitUuid, ""},
    {"uuid_upper", UpperUuid, ""},
    {"word", Word, ""},
    {"path", Path, ""},
    {"host", HostName, ""},
    {"pod", Pod, ""},
    {"version3", Version3, ""},
    {"version4", Version4, ""},
    {"decimal", Decimal, ""},
};

}  // namespace

std::span<const ValueMaker> InnocentMakers() { return kMakers; }

}  // namespace tailrace
