// IsScalarToken decides whether a token that is neither string nor container is one of JSON's other
// scalars: a number by the grammar of RFC 8259 section 6, or true, false, null.
//
// Cost       Numbers of up to 16 bytes without exponent, as logs hold them, are judged by masks,
//            since a loop over the digits mispredicts its end almost every time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tailrace {

// The first four bytes of the literals, as a little-endian number.
inline constexpr uint32_t kTrueWord = 0x65757274;
inline constexpr uint32_t kNullWord = 0x6c6c756e;
inline constexpr uint32_t kFalsWord = 0x736c6166;

inline bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The whole grammar, byte by byte. What follows the number up to `limit` must be nothing, or
// begin with whitespace. REQUIRES: `at` < `limit`.
bool IsNumberToken(const char* at, const char* limit) noexcept;
bool IsLiteralToken(const char* at, const char* limit) noexcept;

// Both REQUIRE what stage 1 guarantees: the token begins at `at`, the next one at `limit`, and
// after the first whitespace byte there is only whitespace up to `limit`; 16 bytes may be read.
inline __attribute__((always_inline)) bool IsScalarToken(const char* at,
                                                         const char* limit) noexcept {
  const bool minus = *at == '-';
  if (!minus && static_cast<unsigned char>(*at - '0') > 9) {
    // Without branches, since nothing predicts whether true or false comes next.
    const size_t length = static_cast<size_t>(limit - at);
    uint32_t word;
    std::memcpy(&word, at, sizeof(word));
    const bool of_four = (length == 4) & ((word == kTrueWord) | (word == kNullWord));
    const bool of_five = (length == 5) & (word == kFalsWord) & (at[4] == 'e');
    if (of_four | of_five) return true;
    return IsLiteralToken(at, limit);
  }
#if defined(__SSE2__)
  const size_t length = static_cast<size_t>(limit - at);
  if (length <= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
    const uint32_t token = (uint32_t{1} << length) - 1;
    const uint32_t others =
        token & ~static_cast<uint32_t>(_mm_movemask_epi8(digits)) & ~uint32_t{minus};
    const size_t first = minus ? 1 : 0;
    const bool zero = at[first] == '0';
    if (others == 0) return length > first && (!zero || length == first + 1);
    const size_t dot = static_cast<size_t>(std::countr_zero(others));
    if ((others & (others - 1)) == 0 && at[dot] == '.') {
      return dot > first && dot + 1 < length && (!zero || dot == first + 1);
    }
  }
#endif
  return IsNumberToken(at, limit);
}

}  // namespace tailrace
