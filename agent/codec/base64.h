// Base64 turns bytes into text that may stand in a JSON string, a header or a URL: document ids
// (RFC 4648 section 5, the URL alphabet, no padding) and Basic credentials (section 4, padded).
//
// Threads    Any.
// Cost       Base64UrlFixed is for ids, once an event: no allocation, a table of 8 KiB, 5 ns for 9
// bytes,
//            bytes, 8 for 21. The others allocate their result.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tailrace {

// The two characters for each value of 12 bits, in the order in which they stand in memory.
inline constexpr auto kBase64UrlPairs = [] {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
}();

// Base64url of a whole number of three-byte groups: 9 bytes -> 12 characters, 21 -> 28.
template <size_t kBytes>
requires(kBytes % 3 == 0) std::array<char, kBytes / 3 * 4> Base64UrlFixed(
    const std::array<uint8_t, kBytes>& bytes)
noexcept {
  std::array<char, kBytes / 3 * 4> text;
  for (size_t in = 0, out = 0; in < kBytes; in += 3, out += 4) {
    const uint32_t group = uint32_t{bytes[in]} << 16 | uint32_t{bytes[in + 1]} << 8 | bytes[in + 2];
    std::memcpy(&text[out], &kBase64UrlPairs[group >> 12], 2);
    std::memcpy(&text[out + 2], &kBase64UrlPairs[group & 4095], 2);
  }
  return text;
}

// RFC 4648 section 5 without padding.
std::string Base64UrlEncode(std::string_view bytes);

// RFC 4648 section 4 with padding.
std::string Base64Encode(std::string_view bytes);

}  // namespace tailrace
