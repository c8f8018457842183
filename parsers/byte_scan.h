// FindFirst runs over a text until the first byte of a class, 16 bytes at a time. The classes are
// those at which the parsers of fixed formats stop.
//
// Threads    Any.
// Bounds     Reads up to 15 bytes beyond `end`, which kTextPaddingBytes allows.
// Cost       About 1 ns for the usual token of a few bytes, 16 bytes a cycle beyond.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tailrace {

#if defined(__SSE2__)
using ByteVector = __m128i;

inline ByteVector EqualTo(ByteVector bytes, char c) {
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}
// Bytes of 0 to `c`, which is taken as unsigned.
inline ByteVector UpTo(ByteVector bytes, char c) {
  return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(c)), bytes);
}
#endif

// Blanks and control characters.
struct BlankByte {
  static bool Holds(char c) { return static_cast<unsigned char>(c) <= ' '; }
#if defined(__SSE2__)
  static ByteVector Mark(ByteVector bytes) { return UpTo(bytes, ' '); }
#endif
};

// What ends a key of logfmt.
struct KeyEndByte {
  static bool Holds(char c) { return BlankByte::Holds(c) || c == '=' || c == '"'; }
#if defined(__SSE2__)
  static ByteVector Mark(ByteVector bytes) {
    return _mm_or_si128(UpTo(bytes, ' '), _mm_or_si128(EqualTo(bytes, '='), EqualTo(bytes, '"')));
  }
#endif
};

// What is not PRINTUSASCII of RFC 5424: below '!' or above '~'.
struct UnprintableByte {
  static bool Holds(char c) { return c <= ' ' || c == '\x7f'; }
#if defined(__SSE2__)
  static ByteVector Mark(ByteVector bytes) {
    // Signed, so that bytes from 0x80 on are below the blank.
    return _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8('!')), EqualTo(bytes, '\x7f'));
  }
#endif
};

template <char... kBytes>
struct OneOfBytes {
  static bool Holds(char c) { return ((c == kBytes) || ...); }
#if defined(__SSE2__)
  static ByteVector Mark(ByteVector bytes) {
    ByteVector marks = _mm_setzero_si128();
    ((marks = _mm_or_si128(marks, EqualTo(bytes, kBytes))), ...);
    return marks;
  }
#endif
};

// The first byte of `Class` in [at, end), or `end`.
template <typename Class>
inline const char* FindFirst(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  for (; at < end; at += sizeof(ByteVector)) {
    const ByteVector bytes = _mm_loadu_si128(reinterpret_cast<const ByteVector*>(at));
    const auto marks = static_cast<uint32_t>(_mm_movemask_epi8(Class::Mark(bytes)));
    if (marks == 0) continue;
    const char* found = at + std::countr_zero(marks);
    return found < end ? found : end;
  }
  return end;
#else
  while (at < end && !Class::Holds(*at)) ++at;
  return at;
#endif
}

inline std::string_view TextBetween(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace tailrace
