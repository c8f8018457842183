#include "bench/newline_index.h"

#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace tailrace {
namespace {

size_t IndexPortable(std::string_view block, size_t from, uint32_t* out) noexcept {
  uint32_t* const begin = out;
  const char* at = block.data() + from;
  const char* const end = block.data() + block.size();
  while (at < end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', end - at));
    if (newline == nullptr) break;
    *out++ = static_cast<uint32_t>(newline - block.data());
    at = newline + 1;
  }
  return static_cast<size_t>(out - begin);
}

#ifdef __x86_64__

__attribute__((target("avx2"))) __m256i Newlines(const char* at) noexcept {
  return _mm256_cmpeq_epi8(_mm256_set1_epi8('\n'),
                           _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}

__attribute__((target("avx2,bmi"))) uint32_t* WriteOffsets(__m256i low, __m256i high, size_t base,
                                                           uint32_t* out) noexcept {
  const auto low_bits = static_cast<uint32_t>(_mm256_movemask_epi8(low));
  const auto high_bits = static_cast<uint32_t>(_mm256_movemask_epi8(high));
  for (uint64_t bits = uint64_t{high_bits} << 32 | low_bits; bits != 0; bits &= bits - 1) {
    *out++ = static_cast<uint32_t>(base + static_cast<size_t>(__builtin_ctzll(bits)));
  }
  return out;
}

__attribute__((target("avx2,bmi"))) size_t IndexAvx2(std::string_view block,
                                                     uint32_t* out) noexcept {
  constexpr size_t kStep = 128;
  uint32_t* const begin = out;
  size_t at = 0;
  for (; at + kStep <= block.size(); at += kStep) {
    const char* const bytes = block.data() + at;
    const __m256i a = Newlines(bytes);
    const __m256i b = Newlines(bytes + 32);
    const __m256i c = Newlines(bytes + 64);
    const __m256i d = Newlines(bytes + 96);
    const __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
    if (_mm256_testz_si256(any, any)) continue;
    out = WriteOffsets(a, b, at, out);
    out = WriteOffsets(c, d, at + 64, out);
  }
  return static_cast<size_t>(out - begin) + IndexPortable(block, at, out);
}

#endif

}  // namespace

size_t IndexNewlines(std::string_view block, uint32_t* out) noexcept {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) return IndexAvx2(block, out);
#endif
  return IndexPortable(block, 0, out);
}

}  // namespace tailrace
