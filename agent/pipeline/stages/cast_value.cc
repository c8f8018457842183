#include "agent/pipeline/stages/cast_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>

#include "agent/lang/quantity.h"

namespace tailrace {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// Below it doubles become whole numbers of 64 bits without a thought.
constexpr double kTwoTo63 = 9223372036854775808.0;
// More would be zeros behind what fits, or beyond it.
constexpr int64_t kExponentMax = 4096;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The parts of a decimal number: sign, digits before and behind the point, exponent.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;
};

std::string_view TakeDigits(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && IsDigit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool TakeSign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

bool ReadExponent(std::string_view text, int64_t& exponent) {
  const bool negative = TakeSign(text);
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || !text.empty()) return false;
  exponent = 0;
  for (const char digit : digits) {
    exponent = std::min(exponent * 10 + (digit - '0'), kExponentMax);
  }
  if (negative) exponent = -exponent;
  return true;
}

bool ReadDecimal(std::string_view text, Decimal& decimal) {
  decimal = {};
  decimal.negative = TakeSign(text);
  decimal.whole = TakeDigits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    decimal.fraction = TakeDigits(text);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  return ReadExponent(text.substr(1), decimal.exponent);
}

// The whole number that the digits and the exponent make; nullopt where there is a fraction, or
// no room.
std::optional<uint64_t> Magnitude(const Decimal& decimal) {
  uint64_t value = 0;
  const auto append = [&value](unsigned digit) {
    if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  };
  // The point moves by the exponent; what then stands behind it must be zeros.
  const auto whole_size = static_cast<int64_t>(decimal.whole.size());
  const auto size = whole_size + static_cast<int64_t>(decimal.fraction.size());
  const int64_t point = whole_size + decimal.exponent;
  for (int64_t i = 0; i < size; ++i) {
    const char digit = i < whole_size ? decimal.whole[static_cast<size_t>(i)]
                                      : decimal.fraction[static_cast<size_t>(i - whole_size)];
    if (i >= point) {
      if (digit != '0') return std::nullopt;
    } else if (!append(static_cast<unsigned>(digit - '0'))) {
      return std::nullopt;
    }
  }
  for (int64_t i = size; i < point && value != 0; ++i) {
    if (!append(0)) return std::nullopt;
  }
  return value;
}

template <typename Number>
void Write(Number number, NumberToken& token) {
  const auto [end, error] =
      std::to_chars(token.bytes.data(), token.bytes.data() + token.bytes.size(), number);
  token.size = error == std::errc() ? static_cast<size_t>(end - token.bytes.data()) : 0;
}

void WriteFloat(double number, NumberToken& token) {
  Write(number, token);
  const std::string_view text = token.text();
  if (text.find_first_of(".e") != std::string_view::npos) return;
  token.bytes[token.size++] = '.';
  token.bytes[token.size++] = '0';
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace

bool ReadInt(std::string_view text, NumberToken& token) {
  Decimal decimal;
  if (!ReadDecimal(text, decimal)) return false;
  const std::optional<uint64_t> magnitude = Magnitude(decimal);
  const uint64_t limit = (uint64_t{1} << 63) - (decimal.negative ? 0 : 1);
  if (!magnitude || *magnitude > limit) return false;
  // In unsigned arithmetic, where the most negative one has a negation.
  Write(static_cast<int64_t>(decimal.negative ? 0 - *magnitude : *magnitude), token);
  return true;
}

bool ReadFloat(std::string_view text, NumberToken& token) {
  Decimal decimal;
  if (!ReadDecimal(text, decimal)) return false;
  if (text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Too small for a double counts as too large: the library does not say which.
  if (error != std::errc() || end != text.data() + text.size()) return false;
  WriteFloat(number, token);
  return true;
}

bool ReadBool(std::string_view text, bool& value) {
  constexpr std::string_view kTrue[] = {"true", "t", "yes", "y", "on", "1"};
  constexpr std::string_view kFalse[] = {"false", "f", "no", "n", "off", "0"};
  const auto is_one_of = [text](const auto& words) {
    return std::any_of(std::begin(words), std::end(words),
                       [text](std::string_view word) { return EqualsIgnoringCase(text, word); });
  };
  if (!is_one_of(kTrue) && !is_one_of(kFalse)) return false;
  value = is_one_of(kTrue);
  return true;
}

bool ReadSeconds(std::string_view text, NumberToken& token) {
  if (ReadFloat(text, token)) return true;
  const std::optional<double> nanos = ReadDuration(text);
  if (!nanos || !(std::abs(*nanos) < kTwoTo63)) return false;
  // Whole seconds and the rest apart, so that 0.1s is 0.1.
  const auto whole = static_cast<int64_t>(*nanos);
  const int64_t whole_seconds = whole / kNanosPerSecond;
  const double seconds = static_cast<double>(whole_seconds) +
                         static_cast<double>(whole % kNanosPerSecond) / kNanosPerSecond;
  WriteFloat(seconds, token);
  return true;
}

bool ReadByteCount(std::string_view text, NumberToken& token) {
  if (ReadInt(text, token)) return token.bytes.front() != '-';
  const std::optional<double> bytes = ReadBytes(text);
  if (!bytes || !(*bytes >= 0 && *bytes < kTwoTo63)) return false;
  Write(static_cast<int64_t>(*bytes), token);
  return true;
}

}  // namespace tailrace
