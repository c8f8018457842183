// The values that stand in the lines of the labelled set, by name: secrets, which carry the label
// of the detector that must find them, and what looks like them.
//
// Ownership  The tables are constant.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tests/agent/redact/labelled/dice.h"

namespace tailrace {

struct ValueMaker {
  std::string_view name;
  // A pattern, to be expanded as that of a line (pattern.h).
  std::string (*make)(Dice& dice);
  std::string_view detector;  // "" for what is no secret.
};

std::span<const ValueMaker> NumberMakers();      // Cards, accounts, telephones.
std::span<const ValueMaker> AddressMakers();     // Mail and network addresses, URLs.
std::span<const ValueMaker> KeyMakers();         // Of the clouds and services.
std::span<const ValueMaker> CredentialMakers();  // Passwords, headers, tokens, private keys.
std::span<const ValueMaker> InnocentMakers();    // Times, ids, hashes, names: around the secrets.
std::span<const ValueMaker> LookalikeMakers();   // What fails one check of a detector.

}  // namespace tailrace
