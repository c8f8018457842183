#include "parsers/time_names.h"

namespace tailrace {
namespace {

constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
constexpr std::string_view kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                      "friday", "saturday", "sunday"};

// Without regard to case. REQUIRES: `lower` holds small letters only.
bool StartsWith(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (static_cast<char>(text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

}  // namespace

size_t MonthNameLength(std::string_view text, int month) noexcept {
  const std::string_view name = kMonths[month - 1];
  return StartsWith(text, name) ? name.size() : 3;
}

size_t WeekdayNameLength(std::string_view text) noexcept {
  for (const std::string_view day : kDays) {
    if (StartsWith(text, day)) return day.size();
    if (StartsWith(text, day.substr(0, 3))) return 3;
  }
  return 0;
}

}  // namespace tailrace
