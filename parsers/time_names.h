// The English names of months and days, as they stand in timestamps.
//
// Threads    Any.
#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace {

// 1 to 12 for the first three letters of a month's name, in any case; 0 for anything else.
// REQUIRES: three bytes may be read.
inline int MonthOf(const char* name) noexcept {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  const char a = static_cast<char>(name[0] | 0x20);
  const char b = static_cast<char>(name[1] | 0x20);
  const char c = static_cast<char>(name[2] | 0x20);
  for (size_t i = 0; i < kMonths.size(); i += 3) {
    if (kMonths[i] == a && kMonths[i + 1] == b && kMonths[i + 2] == c) {
      return static_cast<int>(i / 3) + 1;
    }
  }
  return 0;
}

// How many bytes at the begin of `text` name the month of MonthOf, in full if they do; 3 otherwise.
size_t MonthNameLength(std::string_view text, int month) noexcept;

// How many bytes at the begin of `text` name a day of the week, in full or by three letters; 0 when
// they name none.
size_t WeekdayNameLength(std::string_view text) noexcept;

}  // namespace tailrace
