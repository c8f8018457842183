#include "agent/redact/clue_kernels.h"

#include <array>

#include "agent/redact/clue_fingerprint.h"
#include "agent/redact/clue_loop.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tailrace {
namespace {

// A byte at a time, by table.
struct PortableBytes {
  enum Class : uint8_t {
    kDigit = 1 << 0,
    kUpper = 1 << 1,
    kDot = 1 << 2,
    kColon = 1 << 3,
    kDash = 1 << 4,
    kSpace = 1 << 5,
    kMark = 1 << 6,
  };

  static constexpr std::array<uint8_t, 256> MakeClasses() {
    std::array<uint8_t, 256> classes{};
    for (size_t c = '0'; c <= '9'; ++c) classes[c] = kDigit;
    for (size_t c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper;
    classes['.'] = kDot;
    classes[':'] = kColon;
    classes['-'] = kDash;
    classes[' '] = kSpace;
    for (const char c : {'+', '@', '\\'}) classes[static_cast<size_t>(c)] = kMark;
    return classes;
  }

  // The buckets that byte `index` of a fingerprint may belong to.
  static unsigned Buckets(const char* at, size_t index) {
    const auto byte = static_cast<unsigned char>(at[index]);
    const HalfByteTables& halves = kFingerprintTables.bytes[index];
    return static_cast<unsigned>(halves.low[byte & 15] & halves.high[byte >> 4]);
  }

  static ByteMasks Look(const char* at) {
    static constexpr std::array<uint8_t, 256> kClasses = MakeClasses();
    ByteMasks masks;
    for (unsigned i = 0; i < kClueStepBytes; ++i) {
      const unsigned found = kClasses[static_cast<unsigned char>(at[i])];
      const auto bit = [found, i](Class wanted) { return uint32_t{(found & wanted) != 0} << i; };
      masks.digits |= bit(kDigit);
      masks.uppers |= bit(kUpper);
      masks.dots |= bit(kDot);
      masks.colons |= bit(kColon);
      masks.dashes |= bit(kDash);
      masks.spaces |= bit(kSpace);
      masks.marks |= bit(kMark);
      const unsigned buckets = Buckets(at + i, 0) & Buckets(at + i, 1) & Buckets(at + i, 2);
      masks.fingerprints |= uint32_t{buckets != 0} << i;
    }
    return masks;
  }
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
  __attribute__((target("avx2"))) static uint32_t Equal(__m256i x, char c) {
    return Gather(Same(x, c));
  }
  // The bytes from `first` on, `count` of them.
  __attribute__((target("avx2"))) static uint32_t Range(__m256i x, char first, char count) {
    const __m256i from = _mm256_sub_epi8(x, _mm256_set1_epi8(first));
    const __m256i last = _mm256_set1_epi8(static_cast<char>(count - 1));
    return Gather(_mm256_cmpeq_epi8(_mm256_min_epu8(from, last), from));
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

  __attribute__((target("avx2"))) static ByteMasks Look(const char* at) {
    const __m256i x = Load(at);
    ByteMasks masks;
    masks.digits = Range(x, '0', 10);
    masks.uppers = Range(x, 'A', 26);
    masks.dots = Equal(x, '.');
    masks.colons = Equal(x, ':');
    masks.dashes = Equal(x, '-');
    masks.spaces = Equal(x, ' ');
    masks.marks =
        Gather(_mm256_or_si256(_mm256_or_si256(Same(x, '+'), Same(x, '@')), Same(x, '\\')));
    masks.fingerprints = Fingerprints(at);
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
  __attribute__((target("ssse3"))) static uint32_t Equal(__m128i low, __m128i high, char c) {
    const __m128i wanted = _mm_set1_epi8(c);
    return Gather(_mm_cmpeq_epi8(low, wanted), _mm_cmpeq_epi8(high, wanted));
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

  __attribute__((target("ssse3"))) static ByteMasks Look(const char* at) {
    const __m128i low = Load(at), high = Load(at + 16);
    ByteMasks masks;
    masks.digits = Gather(InRange(low, '0', 10), InRange(high, '0', 10));
    masks.uppers = Gather(InRange(low, 'A', 26), InRange(high, 'A', 26));
    masks.dots = Equal(low, high, '.');
    masks.colons = Equal(low, high, ':');
    masks.dashes = Equal(low, high, '-');
    masks.spaces = Equal(low, high, ' ');
    masks.marks = Equal(low, high, '+') | Equal(low, high, '@') | Equal(low, high, '\\');
    masks.fingerprints = ~Gather(NoFingerprints(at), NoFingerprints(at + 16));
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
