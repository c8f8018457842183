// Dice are the random choices of the labelled set: the same ones on every machine and with every
// compiler, so that a figure speaks of the same lines.
//
// Threads    Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tailrace {

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kHexDigits = "0123456789abcdef";
inline constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
inline constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 88172645463325252u) {
    for (int i = 0; i < 8; ++i) Below(2);
  }

  // Marsaglia's xorshift64*; its high bits are the good ones.
  unsigned Below(unsigned limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<unsigned>(((state_ * 0x2545f4914f6cdd1du) >> 32) * limit >> 32);
  }
  unsigned Between(unsigned low, unsigned high) { return low + Below(high - low + 1); }
  bool OneIn(unsigned count) { return Below(count) == 0; }

  std::string From(std::string_view alphabet, size_t length) {
    std::string text;
    while (text.size() < length) text += alphabet[Below(static_cast<unsigned>(alphabet.size()))];
    return text;
  }
  std::string Number(unsigned low, unsigned high) { return std::to_string(Between(low, high)); }

  template <typename T, size_t kSize>
  const T& Pick(const T (&choices)[kSize]) {
    return choices[Below(static_cast<unsigned>(kSize))];
  }
  template <typename T>
  const T& Pick(std::span<const T> choices) {
    return choices[Below(static_cast<unsigned>(choices.size()))];
  }

 private:
  uint64_t state_;
};

}  // namespace tailrace
