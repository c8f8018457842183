#include "agent/redact/country_code.h"

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

struct NumberingPlan {
  uint8_t code;
  uint8_t min_digits;
  uint8_t max_digits;
};
// Codes of one and two digits.
constexpr NumberingPlan kPlans[] = {
    {1, 10, 10},  {7, 10, 10}, {20, 8, 10},  {27, 9, 9},   {30, 10, 10}, {31, 9, 9},   {32, 8, 9},
    {33, 9, 9},   {34, 9, 9},  {36, 8, 9},   {39, 6, 11},  {40, 9, 9},   {41, 9, 9},   {43, 6, 12},
    {44, 9, 10},  {45, 8, 8},  {46, 7, 10},  {47, 8, 8},   {48, 9, 9},   {49, 6, 12},  {51, 8, 9},
    {52, 10, 11}, {53, 8, 8},  {54, 10, 11}, {55, 10, 11}, {56, 9, 9},   {57, 10, 10}, {58, 10, 10},
    {60, 8, 10},  {61, 9, 9},  {62, 8, 12},  {63, 8, 10},  {64, 8, 10},  {65, 8, 8},   {66, 8, 9},
    {81, 9, 10},  {82, 8, 10}, {84, 9, 10},  {86, 10, 11}, {90, 10, 10}, {91, 10, 10}, {92, 9, 10},
    {93, 9, 9},   {94, 9, 9},  {95, 8, 10},  {98, 10, 10},
};

// Codes of three digits, as ranges.
constexpr struct {
  uint16_t first;
  uint16_t last;
} kLongCodes[] = {{211, 213}, {216, 216}, {218, 218}, {220, 269}, {290, 291}, {297, 299},
                  {350, 359}, {370, 389}, {420, 421}, {423, 423}, {500, 509}, {590, 599},
                  {670, 692}, {800, 800}, {850, 850}, {852, 853}, {855, 856}, {880, 880},
                  {886, 886}, {960, 968}, {970, 977}, {992, 996}, {998, 998}};

}  // namespace

CountryCode FindCountryCode(std::string_view digits) {
  unsigned code = 0;
  for (uint8_t length = 1; length <= 3 && length <= digits.size(); ++length) {
    code = code * 10 + static_cast<unsigned>(digits[length - 1] - '0');
    for (const NumberingPlan& plan : kPlans) {
      if (length < 3 && plan.code == code) return {length, plan.min_digits, plan.max_digits};
    }
  }
  for (const auto& range : kLongCodes) {
    if (code >= range.first && code <= range.last) return {3, 6, 11};
  }
  return {};
}

}  // namespace tailrace
