// The lines of the labelled set, as patterns (pattern.h) by what they are about.
//
// Ownership  The tables are constant.
#pragma once

#include <span>
#include <string_view>

namespace tailrace {

using LinePatterns = std::span<const std::string_view>;

struct HitPatterns {
  std::string_view detector;
  LinePatterns patterns;
};

std::span<const HitPatterns> PersonalHits();    // Mail, cards, accounts, telephones, addresses.
std::span<const HitPatterns> CredentialHits();  // Keys, tokens, passwords.
LinePatterns NumberNearMisses();
LinePatterns TextNearMisses();

}  // namespace tailrace
