// A Clue is something in a text without which a detector finds nothing. Clues are cheap to look for
// and may be wrong; a detector whose clues are missing need not run.
//
// Threads    Any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailrace {

// Any number of the bits below.
using Clues = uint32_t;

inline constexpr Clues kClueAt = 1u << 0;          // '@'
inline constexpr Clues kClueEncodedAt = 1u << 1;   // %40
inline constexpr Clues kClueBackslash = 1u << 2;   // What is spelled may not be what is meant.
inline constexpr Clues kClueCardDigits = 1u << 3;  // 12 digits in a run, or 4 and 4 in groups,
                                                   // behind a first digit that cards have.
inline constexpr Clues kClueIban = 1u << 4;        // Two capitals, two digits.
inline constexpr Clues kClueSsn = 1u << 5;         // ddd-dd-dddd, ddd dd dddd
inline constexpr Clues kClueSsnName = 1u << 6;     // "ssn", "soc"
inline constexpr Clues kCluePhone = 1u << 7;       // ddd-dddd or a '+' before a country code.
inline constexpr Clues kCluePhoneName = 1u << 8;   // "pho", "mob", "tel", "fax", "msi"
inline constexpr Clues kClueIpv4 = 1u << 9;  // Three dots with up to three digits between each two.
inline constexpr Clues kClueIpv6 = 1u << 10;  // "::", or five pairs of colons close to each other.
inline constexpr Clues kClueJwt = 1u << 11;   // eyJ
inline constexpr Clues kClueAws = 1u << 12;   // AKIA, ASIA, ABIA, ACCA
inline constexpr Clues kClueGcp = 1u << 13;   // AIza, GOCS, ya29.
inline constexpr Clues kClueGithub = 1u << 14;         // ghp_ and its like, github_pat_
inline constexpr Clues kClueSlack = 1u << 15;          // xoxb- and its like, hooks.slack.com/
inline constexpr Clues kClueStripe = 1u << 16;         // sk_, rk_, pk_ with live or test, whsec_
inline constexpr Clues kClueAuthorization = 1u << 17;  // "authorization", "bearer ", "basic "
inline constexpr Clues kClueUrl = 1u << 18;            // "://"
inline constexpr Clues kCluePrivateKey = 1u << 19;     // "-----BEGIN "
inline constexpr Clues kCluePair = 1u << 20;  // The name of a secret, and what announces its value.

// The clue that begins at `at` with three given bytes (clue_fingerprint.h), judged by what stands
// around it; 0 when it is none.
Clues CheckFingerprint(std::string_view text, size_t at) noexcept;

}  // namespace tailrace
