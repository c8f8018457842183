// The check digits of cards and accounts.
//
// Threads    Any.
#pragma once

#include <string_view>

namespace tailrace {

// ISO/IEC 7812-1 annex B ("Luhn"). REQUIRES: only digits.
bool PassesLuhn(std::string_view digits);

// ISO 13616: the remainder of the rearranged number is 1. REQUIRES: at least 4 bytes, only digits
// and letters in upper case.
bool PassesMod97(std::string_view iban);

}  // namespace tailrace
