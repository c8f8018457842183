#include "agent/json/scalar_token.h"

#include <string_view>

namespace tailrace {
namespace {

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

// Moves `at` over a run of digits and says whether there was one.
bool SkipDigits(const char*& at, const char* limit) {
  const char* begin = at;
  while (at < limit && IsDigit(*at)) ++at;
  return at > begin;
}

bool EndsAt(const char* at, const char* limit) { return at == limit || IsJsonSpace(*at); }

}  // namespace

bool IsNumberToken(const char* at, const char* limit) noexcept {
  if (*at == '-') ++at;
  if (at < limit && *at == '0') {
    ++at;
  } else if (!SkipDigits(at, limit)) {
    return false;
  }
  if (at < limit && *at == '.') {
    ++at;
    if (!SkipDigits(at, limit)) return false;
  }
  if (at < limit && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < limit && (*at == '+' || *at == '-')) ++at;
    if (!SkipDigits(at, limit)) return false;
  }
  return EndsAt(at, limit);
}

bool IsLiteralToken(const char* at, const char* limit) noexcept {
  const std::string_view token(at, static_cast<size_t>(limit - at));
  for (std::string_view literal : {"true", "false", "null"}) {
    if (token.starts_with(literal)) return EndsAt(at + literal.size(), limit);
  }
  return false;
}

}  // namespace tailrace
