#include "agent/json/byte_kernels.h"

#include <algorithm>
#include <array>

#include "agent/json/byte_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tailrace {
namespace {

// Eight bytes at a time in an ordinary register; the high bit of each byte is its answer.
struct PortableBytes {
  static constexpr uint64_t kOnes = 0x0101010101010101u;
  static constexpr uint64_t kHigh = kOnes << 7;

  // Exact for every byte: the subtraction works on 7 bits, so that no borrow leaves a byte.
  static uint64_t Zero(uint64_t x) { return ~(((x & ~kHigh) + ~kHigh) | x) & kHigh; }
  static uint64_t Equal(uint64_t x, char c) { return Zero(x ^ (kOnes * static_cast<uint8_t>(c))); }

  static uint32_t Gather(uint64_t high) {
    return static_cast<uint32_t>((high >> 7) * 0x0102040810204080u >> 56);
  }
  static uint64_t Load(const char* at) {
    uint64_t x;
    std::memcpy(&x, at, sizeof(x));
    return x;
  }

  static uint32_t EscapeMask(const char* at) {
    uint32_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const uint64_t x = Load(at + 8 * i);
      const uint64_t control = Zero(x & (kOnes * 0xe0));
      mask |= Gather(control | Equal(x, '"') | Equal(x, '\\')) << (8 * i);
    }
    return mask;
  }
  static uint32_t MarkMask(const char* at) {
    uint32_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const uint64_t x = Load(at + 8 * i);
      mask |= Gather(Equal(x, '\\') | Equal(x, '\n') | Equal(x, '\r')) << (8 * i);
    }
    return mask;
  }
};

__attribute__((flatten)) TextMarks ScanPortable(std::string_view text) noexcept {
  return ScanLoop<PortableBytes>(text);
}
__attribute__((flatten)) char* EscapePortable(char* out, std::string_view text) noexcept {
  return EscapeLoop<PortableBytes>(out, text);
}
__attribute__((flatten)) size_t CleanPrefixPortable(std::string_view text) noexcept {
  return CleanPrefixLoop<PortableBytes>(text);
}

constexpr ByteKernels kPortable = {"portable", ScanPortable, EscapePortable, CleanPrefixPortable};

#if defined(__x86_64__)

struct Sse2Bytes {
  static __m128i Load(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  static __m128i Escape(__m128i x) {
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
    return _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                              _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
  }
  static __m128i Mark(__m128i x) {
    return _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')),
                        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('\n')),
                                     _mm_cmpeq_epi8(x, _mm_set1_epi8('\r'))));
  }
  static uint32_t Gather(__m128i low, __m128i high) {
    return static_cast<uint32_t>(_mm_movemask_epi8(low)) |
           static_cast<uint32_t>(_mm_movemask_epi8(high)) << 16;
  }
  static uint32_t EscapeMask(const char* at) {
    return Gather(Escape(Load(at)), Escape(Load(at + 16)));
  }
  static uint32_t MarkMask(const char* at) { return Gather(Mark(Load(at)), Mark(Load(at + 16))); }
};

__attribute__((flatten)) TextMarks ScanSse2(std::string_view text) noexcept {
  return ScanLoop<Sse2Bytes>(text);
}
__attribute__((flatten)) char* EscapeSse2(char* out, std::string_view text) noexcept {
  return EscapeLoop<Sse2Bytes>(out, text);
}
__attribute__((flatten)) size_t CleanPrefixSse2(std::string_view text) noexcept {
  return CleanPrefixLoop<Sse2Bytes>(text);
}

constexpr ByteKernels kSse2 = {"sse2", ScanSse2, EscapeSse2, CleanPrefixSse2};

struct Avx2Bytes {
  __attribute__((target("avx2"))) static uint32_t EscapeMask(const char* at) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1f)), x);
    const __m256i both = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
                                         _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')));
    return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(control, both)));
  }
  __attribute__((target("avx2"))) static uint32_t MarkMask(const char* at) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n')),
                                         _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\r')));
    const __m256i all = _mm256_or_si256(ends, _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')));
    return static_cast<uint32_t>(_mm256_movemask_epi8(all));
  }
};

__attribute__((target("avx2,bmi"), flatten)) TextMarks ScanAvx2(std::string_view text) noexcept {
  return ScanLoop<Avx2Bytes>(text);
}
__attribute__((target("avx2,bmi"), flatten)) char* EscapeAvx2(char* out,
                                                              std::string_view text) noexcept {
  return EscapeLoop<Avx2Bytes>(out, text);
}
__attribute__((target("avx2,bmi"), flatten)) size_t CleanPrefixAvx2(
    std::string_view text) noexcept {
  return CleanPrefixLoop<Avx2Bytes>(text);
}

constexpr ByteKernels kAvx2 = {"avx2", ScanAvx2, EscapeAvx2, CleanPrefixAvx2};
constexpr std::array<const ByteKernels*, 3> kAll = {&kAvx2, &kSse2, &kPortable};

#else

constexpr std::array<const ByteKernels*, 1> kAll = {&kPortable};

#endif

}  // namespace

std::span<const ByteKernels* const> SupportedByteKernels() noexcept {
  std::span<const ByteKernels* const> all(kAll);
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi")) return all.subspan(1);
#endif
  return all;
}

const ByteKernels& ActiveByteKernels() noexcept {
  static const ByteKernels& kActive = *SupportedByteKernels().front();
  return kActive;
}

}  // namespace tailrace
