// NameDigest condenses one field name to what the walk needs to know: a keyed hash that finds equal
// names, and whether the name deserves a closer look (field_name.h).
//
// Bounds     Reads up to 16 bytes beyond the name.
// Cost       One multiplication, and no branch on the length, for names of up to 16 bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tailrace {

static_assert(std::endian::native == std::endian::little);

struct NameDigest {
  uint64_t hash = 0;
  // Whole words, not bools: bytes that are merged piece by piece stall their next reader.
  uint32_t suspect = 0;    // Not 0: may hold a part between dots that is empty or blank.
  uint32_t backslash = 0;  // Not 0: holds an escape, so this digests the spelling, not the name.
};

// Secret, so that nobody can choose names that all hash alike.
struct NameSeed {
  uint64_t low = 0;
  uint64_t high = 0;
};

// 16 bytes of a name, zero beyond `length`, with a bit for each '.' or ' ' and each '\'.
struct NameBlock {
  uint64_t low = 0;
  uint64_t high = 0;
  uint32_t separators = 0;
  uint32_t backslashes = 0;
};

// REQUIRES: `length` <= 16.
inline NameBlock LoadNameBlock(const char* at, size_t length) noexcept {
  NameBlock block;
#if defined(__SSE2__)
  alignas(16) static constexpr uint8_t kMasks[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                     255, 255, 255, 255, 255, 255, 255, 255};
  const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kMasks + 16 - length));
  const __m128i bytes = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), mask);
  block.low = static_cast<uint64_t>(_mm_cvtsi128_si64(bytes));
  block.high = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes)));
  const __m128i separators = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')),
                                          _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
  block.separators = static_cast<uint32_t>(_mm_movemask_epi8(separators));
  block.backslashes =
      static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
#else
  char bytes[16] = {};
  std::memcpy(bytes, at, length);
  std::memcpy(&block.low, bytes, 8);
  std::memcpy(&block.high, bytes + 8, 8);
  for (uint32_t i = 0; i < length; ++i) {
    block.separators |= uint32_t{bytes[i] == '.' || bytes[i] == ' '} << i;
    block.backslashes |= uint32_t{bytes[i] == '\\'} << i;
  }
#endif
  return block;
}

inline uint64_t FoldedProduct(uint64_t a, uint64_t b) noexcept {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// The rest of a name of over 16 bytes is digested first, 16 bytes at a time.
NameDigest DigestLongName(const char* at, size_t length, NameSeed seed) noexcept;

// The last block, after `digest` of the blocks before it; `before` is 1 when those ended with a
// separator. The name's borders count as separators: two in a row enclose nothing.
// REQUIRES: `length` <= 16.
inline NameDigest DigestLastBlock(const char* at, size_t length, NameSeed seed, NameDigest digest,
                                  uint32_t before) noexcept {
  const NameBlock block = LoadNameBlock(at, length);
  const uint32_t separators = block.separators | uint32_t{1} << length;
  digest.hash = FoldedProduct(block.low ^ seed.low ^ digest.hash, block.high ^ seed.high);
  digest.suspect |= (separators << 1 | before) & separators;
  digest.backslash |= block.backslashes;
  return digest;
}

inline NameDigest DigestName(const char* at, size_t length, NameSeed seed) noexcept {
  if (length > 16) return DigestLongName(at, length, seed);
  return DigestLastBlock(at, length, seed, {.hash = length}, 1);
}

}  // namespace tailrace
