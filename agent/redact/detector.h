// The detectors by name: what redaction can look for.
//
// Threads    Any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace tailrace {

enum class Detector : uint8_t {
  kEmail,
  kCreditCard,  // By length, issuer and Luhn's check digit.
  kIban,        // By country, length and the check of ISO 7064 mod 97-10.
  kUsSsn,       // 123-45-6789; with spaces or without separators behind a name such as "ssn".
  kPhone,       // +49 ..., those of North America; others behind a name such as "phone".
  kIpv4,
  kIpv6,
  kJwt,
  kAwsKey,  // Access key ids; secret keys and session tokens behind their names.
  kGcpKey,
  kGithubKey,
  kSlackKey,  // Tokens, and the secret path of webhooks.
  kStripeKey,
  kAuthorization,  // The credentials in the header, and behind "Bearer" and "Basic" elsewhere.
  kUrlUserinfo,    // What stands between "://" and "@".
  kPrivateKey,     // PEM.
  kPassword,       // The values of password=, "api_key":, --token and the like.
};
inline constexpr size_t kDetectorCount = 17;

inline constexpr std::array<std::string_view, kDetectorCount> kDetectorNames = {
    "email",      "credit_card",   "iban",         "us_ssn",      "phone",      "ipv4",
    "ipv6",       "jwt",           "aws_key",      "gcp_key",     "github_key", "slack_key",
    "stripe_key", "authorization", "url_userinfo", "private_key", "password"};

constexpr std::string_view DetectorName(Detector detector) {
  return kDetectorNames[static_cast<size_t>(detector)];
}
constexpr std::optional<Detector> FindDetector(std::string_view name) {
  for (size_t i = 0; i < kDetectorCount; ++i) {
    if (kDetectorNames[i] == name) return static_cast<Detector>(i);
  }
  return std::nullopt;
}

// A set of detectors, one bit each.
class DetectorSet {
 public:
  constexpr DetectorSet() = default;
  constexpr DetectorSet(std::initializer_list<Detector> detectors) {
    for (Detector detector : detectors) Add(detector);
  }
  static constexpr DetectorSet All() { return DetectorSet((uint32_t{1} << kDetectorCount) - 1); }

  constexpr void Add(Detector detector) { bits_ |= uint32_t{1} << static_cast<unsigned>(detector); }
  constexpr bool Has(Detector detector) const {
    return (bits_ >> static_cast<unsigned>(detector) & 1) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool Contains(DetectorSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr DetectorSet operator&(DetectorSet other) const {
    return DetectorSet(bits_ & other.bits_);
  }
  constexpr DetectorSet& operator|=(DetectorSet other) {
    bits_ |= other.bits_;
    return *this;
  }
  constexpr bool operator==(const DetectorSet&) const = default;

 private:
  constexpr explicit DetectorSet(uint32_t bits) : bits_(bits) {}

  uint32_t bits_ = 0;
};

}  // namespace tailrace
