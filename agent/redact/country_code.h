// The country codes of telephone numbers (ITU-T E.164) and how many digits follow them.
//
// Threads    Any.
#pragma once

#include <cstdint>
#include <string_view>

namespace tailrace {

struct CountryCode {
  uint8_t length = 0;  // Of the code itself; 0 when `digits` begins with none.
  uint8_t min_digits = 0;
  uint8_t max_digits = 0;  // Of the national number.
};

// By the digits that follow the '+'.
CountryCode FindCountryCode(std::string_view digits);

}  // namespace tailrace
