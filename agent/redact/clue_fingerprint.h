// The three bytes by which clues are found: eight buckets of fingerprints, each as tables by the
// low and high halves of a byte that vector shuffles look up. A position is of a bucket when all
// three bytes may be; as the halves and the bytes are looked up apart, some that are not pass too,
// and CheckFingerprint has the last word.
//
// Which fingerprint is in which bucket is only a matter of speed. These were chosen by local search
// for the fewest positions in the bench corpora and in prose that pass and are none: 1 in 870.
//
// Threads    Any; constants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailrace {

struct Fingerprint {
  uint8_t bucket;
  char bytes[4];
  bool any_case = false;
};

inline constexpr Fingerprint kFingerprints[] = {
    {0, "tel", true}, {0, ".sl"},       {1, "pwd", true}, {1, "whs"},       {1, "pho", true},
    {2, "ssn", true}, {2, "ecr", true}, {3, "bea", true}, {3, "ken", true}, {3, "eyJ"},
    {3, "key", true}, {4, "soc", true}, {4, "xox"},       {4, "://"},       {4, "---"},
    {5, "ghp"},       {5, "gho"},       {5, "ghu"},       {5, "ghs"},       {5, "ghr"},
    {5, "mob", true}, {5, "msi", true}, {5, "GOC"},       {6, "pas", true}, {6, "bas", true},
    {6, "sk_"},       {6, "rk_"},       {6, "pk_"},       {6, "fax", true}, {6, "riz", true},
    {7, "ub_"},       {7, "AKI"},       {7, "ASI"},       {7, "ABI"},       {7, "ACC"},
    {7, "AIz"},       {7, "%40"},       {7, "ya2"},       {7, "xap"}};

// For one of the three bytes, a bit for each bucket.
struct HalfByteTables {
  alignas(16) std::array<uint8_t, 16> low{};
  alignas(16) std::array<uint8_t, 16> high{};

  constexpr void Add(char c, unsigned bucket) {
    const auto byte = static_cast<unsigned char>(c);
    low[byte & 15] = static_cast<uint8_t>(low[byte & 15] | 1u << bucket);
    high[byte >> 4] = static_cast<uint8_t>(high[byte >> 4] | 1u << bucket);
  }
};
struct FingerprintTables {
  HalfByteTables bytes[3];
};

constexpr FingerprintTables MakeFingerprintTables() {
  FingerprintTables tables;
  for (const Fingerprint& fingerprint : kFingerprints) {
    for (size_t i = 0; i < 3; ++i) {
      const char c = fingerprint.bytes[i];
      tables.bytes[i].Add(c, fingerprint.bucket);
      const bool letter = c >= 'a' && c <= 'z';
      if (fingerprint.any_case && letter) {
        tables.bytes[i].Add(static_cast<char>(c - 32), fingerprint.bucket);
      }
    }
  }
  return tables;
}

inline constexpr FingerprintTables kFingerprintTables = MakeFingerprintTables();

}  // namespace tailrace
