#include "agent/redact/clue_kernels.h"

#include <array>

#include "agent/redact/clue_fingerprint.h"
#include "agent/redact/clue_loop.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tailrace {
namespace {

enum ByteClass : uint8_t {
  kDigit = 1 << 0,
  kUpper = 1 << 1,
  kDot = 1 << 2,
  kColon = 1 << 3,
  kGap = 1 << 4,
  kMark = 1 << 5,
};

constexpr std::array<uint8_t, 256> ClassesOfBytes() {
  std::array<uint8_t, 256> classes{};
  for (size_t c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (size_t c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper;
  classes['.'] = kDot;
  classes[':'] = kColon;
  for (const unsigned char c : {'-', ' '}) classes[c] = kGap;
  for (const unsigned char c : {'+', '@', '\\'}) classes[c] = kMark;
  return classes;
}

// A byte at a time, by table.
struct PortableBytes {
  // The buckets that byte `index` of a fingerprint may belong to.
  static unsigned Buckets(const char* at, size_t index) {
    const auto byte = static_cast<unsigned char>(at[index]);
    const HalfByteTables& halves = kFingerprintTables.bytes[index];
    return static_cast<unsigned>(halves.low[byte & 15] & halves.high[byte >> 4]);
  }

  template <typename Mask>
  static void Add(Mask& mask, bool is, unsigned bit) {
    mask |= Mask{is} << bit;
  }

  static StepMasks Look(const char* at) {
    StepMasks masks;
    for (unsigned i = 0; i < kClueStepBytes; ++i) {
      const unsigned found = kClasses[static_cast<unsigned char>(at[i])];
      Add(masks.numeric, (found & (kDigit | kColon)) != 0, i);
      Add(masks.marks, (found & kMark) != 0, i);
      const unsigned buckets = Buckets(at + i, 0) & Buckets(at + i, 1) & Buckets(at + i, 2);
      Add(masks.fingerprints, buckets != 0, i);
    }
    return masks;
  }

  static ShapeMasks Shapes(const char* at) {
    ShapeMasks masks;
    for (unsigned i = 0; i < kShapeBytes; ++i) {
      const unsigned found = kClasses[static_cast<unsigned char>(at[i])];
      Add(masks.digits, (found & kDigit) != 0, i);
      Add(masks.uppers, (found & kUpper) != 0, i);
      Add(masks.dots, (found & kDot) != 0, i);
      Add(masks.colons, (found & kColon) != 0, i);
      Add(masks.gaps, (found & kGap) != 0, i);
    }
    return masks;
  }

 private:
  static constexpr std::array<uint8_t, 256> kClasses = ClassesOfBytes();
};

__attribute__((flatten)) Clues FindPortable(std::string_view text) noexcept {
  return ClueLoop<PortableBytes>(text);
}

constexpr ClueKernel kPortable = {"portable", FindPortable};

#if defined(__x86_64__)

struct Avx2Bytes {
  __attribute__((target("avx2"))) static __m256i Load(const char* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  __attribute__((target("avx2"))) static uint32_t Gather(__m256i bytes) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
  }
  __attribute__((target("avx2"))) static __m256i Same(__m256i x, char c) {
    return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c));
  }
  // The bytes from `first` on, `count` of them.
  __attribute__((target("avx2"))) static __m256i InRange(__m256i x, char first, char count) {
    const __m256i from = _mm256_sub_epi8(x, _mm256_set1_epi8(first));
    const __m256i last = _mm256_set1_epi8(static_cast<char>(count - 1));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(from, last), from);
  }
  __attribute__((target("avx2"))) static uint64_t Gather(__m256i low, __m256i high) {
    return Gather(low) | uint64_t{Gather(high)} << 32;
  }
  __attribute__((target("avx2"))) static __m256i Table(const std::array<uint8_t, 16>& table) {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
  }
  __attribute__((target("avx2"))) static __m256i Buckets(__m256i low, __m256i high,
                                                         const HalfByteTables& tables) {
    return _mm256_and_si256(_mm256_shuffle_epi8(Table(tables.low), low),
                            _mm256_shuffle_epi8(Table(tables.high), high));
  }

  __attribute__((target("avx2"))) static uint32_t Fingerprints(const char* at) {
    const __m256i half = _mm256_set1_epi8(15);
    __m256i buckets = _mm256_set1_epi8(-1);
    for (int i = 0; i < 3; ++i) {
      const __m256i x = Load(at + i);
      const __m256i low = _mm256_and_si256(x, half);
      const __m256i high = _mm256_and_si256(_mm256_srli_epi16(x, 4), half);
      buckets = _mm256_and_si256(buckets, Buckets(low, high, kFingerprintTables.bytes[i]));
    }
    return ~Gather(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
  }

  __attribute__((target("avx2"))) static StepMasks Look(const char* at) {
    const __m256i x = Load(at);
    StepMasks masks;
    masks.numeric = Gather(InRange(x, '0', 11));  // ':' stands behind '9'.
    masks.marks =
        Gather(_mm256_or_si256(_mm256_or_si256(Same(x, '+'), Same(x, '@')), Same(x, '\\')));
    masks.fingerprints = Fingerprints(at);
    return masks;
  }

  __attribute__((target("avx2"))) static ShapeMasks Shapes(const char* at) {
    const __m256i x = Load(at), y = Load(at + 32);
    ShapeMasks masks;
    masks.digits = Gather(InRange(x, '0', 10), InRange(y, '0', 10));
    masks.uppers = Gather(InRange(x, 'A', 26), InRange(y, 'A', 26));
    masks.dots = Gather(Same(x, '.'), Same(y, '.'));
    masks.colons = Gather(Same(x, ':'), Same(y, ':'));
    masks.gaps = Gather(_mm256_or_si256(Same(x, '-'), Same(x, ' ')),
                        _mm256_or_si256(Same(y, '-'), Same(y, ' ')));
    return masks;
  }
};

__attribute__((target("avx2,bmi,popcnt"), flatten)) Clues FindAvx2(std::string_view text) noexcept {
  return ClueLoop<Avx2Bytes>(text);
}

struct Ssse3Bytes {
  __attribute__((target("ssse3"))) static __m128i Load(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  __attribute__((target("ssse3"))) static uint32_t Gather(__m128i low, __m128i high) {
    return static_cast<uint32_t>(_mm_movemask_epi8(low)) |
           static_cast<uint32_t>(_mm_movemask_epi8(high)) << 16;
  }
  __attribute__((target("ssse3"))) static __m128i Same(__m128i x, char c) {
    return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
  }
  __attribute__((target("ssse3"))) static __m128i InRange(__m128i x, char first, char count) {
    const __m128i from = _mm_sub_epi8(x, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(count - 1))), from);
  }
  __attribute__((target("ssse3"))) static __m128i Buckets(__m128i x, const HalfByteTables& tables) {
    const __m128i half = _mm_set1_epi8(15);
    const __m128i low = _mm_load_si128(reinterpret_cast<const __m128i*>(tables.low.data()));
    const __m128i high = _mm_load_si128(reinterpret_cast<const __m128i*>(tables.high.data()));
    return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(x, half)),
                         _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(x, 4), half)));
  }

  __attribute__((target("ssse3"))) static __m128i NoFingerprints(const char* at) {
    __m128i buckets = _mm_set1_epi8(-1);
    for (int i = 0; i < 3; ++i) {
      buckets = _mm_and_si128(buckets, Buckets(Load(at + i), kFingerprintTables.bytes[i]));
    }
    return _mm_cmpeq_epi8(buckets, _mm_setzero_si128());
  }

  __attribute__((target("ssse3"))) static __m128i Marks(__m128i x) {
    return _mm_or_si128(_mm_or_si128(Same(x, '+'), Same(x, '@')), Same(x, '\\'));
  }

  __attribute__((target("ssse3"))) static StepMasks Look(const char* at) {
    const __m128i x = Load(at), y = Load(at + 16);
    StepMasks masks;
    masks.numeric = Gather(InRange(x, '0', 11), InRange(y, '0', 11));
    masks.marks = Gather(Marks(x), Marks(y));
    masks.fingerprints = ~Gather(NoFingerprints(at), NoFingerprints(at + 16));
    return masks;
  }

  // 16 of the 64 bytes, whose bits begin at `shift`.
  __attribute__((target("ssse3"))) static void AddShapes(__m128i x, int shift, ShapeMasks& masks) {
    const __m128i none = _mm_setzero_si128();
    masks.digits |= uint64_t{Gather(InRange(x, '0', 10), none)} << shift;
    masks.uppers |= uint64_t{Gather(InRange(x, 'A', 26), none)} << shift;
    masks.dots |= uint64_t{Gather(Same(x, '.'), none)} << shift;
    masks.colons |= uint64_t{Gather(Same(x, ':'), none)} << shift;
    masks.gaps |= uint64_t{Gather(_mm_or_si128(Same(x, '-'), Same(x, ' ')), none)} << shift;
  }
  __attribute__((target("ssse3"))) static ShapeMasks Shapes(const char* at) {
    ShapeMasks masks;
    for (int i = 0; i < 4; ++i) AddShapes(Load(at + 16 * i), 16 * i, masks);
    return masks;
  }
};

__attribute__((target("ssse3"), flatten)) Clues FindSsse3(std::string_view text) noexcept {
  return ClueLoop<Ssse3Bytes>(text);
}

constexpr ClueKernel kAvx2 = {"avx2", FindAvx2};
constexpr ClueKernel kSsse3 = {"ssse3", FindSsse3};
constexpr std::array<const ClueKernel*, 3> kAll = {&kAvx2, &kSsse3, &kPortable};

#else

constexpr std::array<const ClueKernel*, 1> kAll = {&kPortable};

#endif

}  // namespace

std::span<const ClueKernel* const> SupportedClueKernels() noexcept {
  std::span<const ClueKernel* const> all(kAll);
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("ssse3")) return all.subspan(2);
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("popcnt");
  if (!avx2) return all.subspan(1);
#endif
  return all;
}

const ClueKernel& ActiveClueKernel() noexcept {
  static const ClueKernel& kActive = *SupportedClueKernels().front();
  return kActive;
}

}  // namespace tailrace
