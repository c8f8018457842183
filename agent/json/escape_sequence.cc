#include "agent/json/escape_sequence.h"

#include <array>

namespace tailrace {
namespace {

constexpr uint32_t kNoHex = 0x10000;

constexpr std::array<uint32_t, 256> MakeHexValues() {
  std::array<uint32_t, 256> values{};
  values.fill(kNoHex);
  for (uint32_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (uint32_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = 10 + i;
  return values;
}

// What the letter after a backslash stands for, 0 for letters that may not stand there.
constexpr std::array<uint8_t, 256> MakeLetters() {
  std::array<uint8_t, 256> letters{};
  letters['"'] = '"';
  letters['\\'] = '\\';
  letters['/'] = '/';
  letters['b'] = '\b';
  letters['f'] = '\f';
  letters['n'] = '\n';
  letters['r'] = '\r';
  letters['t'] = '\t';
  return letters;
}

constexpr std::array<uint32_t, 256> kHexValues = MakeHexValues();
constexpr std::array<uint8_t, 256> kLetters = MakeLetters();

// The code unit of the \uXXXX at `at`, or kNoHex when none stands there.
uint32_t CodeUnit(const char* at, const char* limit) {
  if (limit - at < 6 || at[0] != '\\' || at[1] != 'u') return kNoHex;
  uint32_t unit = 0;
  for (int i = 2; i < 6; ++i) {
    const uint32_t value = kHexValues[static_cast<uint8_t>(at[i])];
    if (value == kNoHex) return kNoHex;
    unit = unit << 4 | value;
  }
  return unit;
}

bool IsHighSurrogate(uint32_t unit) { return (unit & 0xfc00) == 0xd800; }
bool IsLowSurrogate(uint32_t unit) { return (unit & 0xfc00) == 0xdc00; }

}  // namespace

EscapeSequence DecodeEscape(const char* at, const char* limit) noexcept {
  if (limit - at < 2) return {};
  if (at[1] != 'u') {
    const uint8_t letter = kLetters[static_cast<uint8_t>(at[1])];
    if (letter == 0) return {};
    return {.code_point = letter, .length = 2};
  }
  const uint32_t unit = CodeUnit(at, limit);
  if (unit == kNoHex) return {};
  if (!IsHighSurrogate(unit) && !IsLowSurrogate(unit)) return {.code_point = unit, .length = 6};
  const uint32_t low = CodeUnit(at + 6, limit);
  if (IsHighSurrogate(unit) && low != kNoHex && IsLowSurrogate(low)) {
    return {.code_point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), .length = 12};
  }
  return {.code_point = kReplacementCharacter, .length = 6, .lone_surrogate = true};
}

char* EncodeUtf8(uint32_t code_point, char* out) noexcept {
  const auto tail = [code_point](int shift) {
    return static_cast<char>(0x80 | (code_point >> shift & 0x3f));
  };
  if (code_point < 0x80) {
    *out++ = static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *out++ = static_cast<char>(0xc0 | code_point >> 6);
    *out++ = tail(0);
  } else if (code_point < 0x10000) {
    *out++ = static_cast<char>(0xe0 | code_point >> 12);
    *out++ = tail(6);
    *out++ = tail(0);
  } else {
    *out++ = static_cast<char>(0xf0 | code_point >> 18);
    *out++ = tail(12);
    *out++ = tail(6);
    *out++ = tail(0);
  }
  return out;
}

}  // namespace tailrace
