#include "agent/redact/canonical_value.h"

#include <optional>

#include "agent/redact/ascii.h"
#include "agent/redact/detector.h"
#include "agent/redact/ip_text.h"

namespace tailrace {
namespace {

constexpr size_t kNorthAmericanDigits = 10;

std::string Digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (IsDigit(c)) digits += c;
  }
  return digits;
}

std::string CanonicalEmail(std::string_view text) {
  std::string email;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = text.substr(i, 3);
    if (EqualsNoCase(escape, "%40") || EqualsNoCase(escape, "%2b")) {
      email += escape[1] == '4' ? '@' : '+';
      i += 2;
    } else {
      email += ToLower(text[i]);
    }
  }
  return email;
}

std::string CanonicalIban(std::string_view text) {
  std::string iban;
  for (const char c : text) {
    if (IsAlphanumeric(c)) iban += IsLower(c) ? static_cast<char>(c - 32) : c;
  }
  return iban;
}

std::string CanonicalPhone(std::string_view text) {
  const size_t trunk = text.find("(0)");
  std::string digits = Digits(text.substr(0, trunk));
  if (trunk != std::string_view::npos) digits += Digits(text.substr(trunk + 3));
  const bool plus = text.find('+') != std::string_view::npos;
  if (!plus && digits.starts_with("00")) return digits.substr(2);
  const bool without_country = digits.size() == kNorthAmericanDigits && digits[0] >= '2';
  return !plus && without_country ? "1" + digits : digits;
}

std::string CanonicalIpv6(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  const std::optional<Ipv6Address> address = ParseIpv6(text);
  if (!address.has_value()) return std::string(text);
  std::string groups;
  for (const uint16_t group : address->groups) {
    if (!groups.empty()) groups += ':';
    for (int shift = 12; shift >= 0; shift -= 4) groups += kHex[group >> shift & 15];
  }
  return groups;
}

std::string CanonicalPrivateKey(std::string_view text) {
  std::string key;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (!IsSpace(text[i])) {
      key += text[i];
    }
  }
  return key;
}

}  // namespace

std::string CanonicalValue(std::string_view secret, RuleIndex rule) {
  if (rule >= kDetectorCount) return std::string(secret);
  switch (static_cast<Detector>(rule)) {
    case Detector::kEmail:
      return CanonicalEmail(secret);
    case Detector::kCreditCard:
    case Detector::kUsSsn:
      return Digits(secret);
    case Detector::kIban:
      return CanonicalIban(secret);
    case Detector::kPhone:
      return CanonicalPhone(secret);
    case Detector::kIpv6:
      return CanonicalIpv6(secret);
    case Detector::kPrivateKey:
      return CanonicalPrivateKey(secret);
    default:
      return std::string(secret);
  }
}

}  // namespace tailrace
