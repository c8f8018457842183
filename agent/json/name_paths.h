// NamePaths remembers sequences of names that documents of the same source repeat line after line,
// and that were checked once: no name twice in one object, none unsafe, none with escapes. A walk
// that stays on such a path compares each name with the one expected and need not hash it.
//
// The paths share their beginnings and form a tree. A step is a name together with its scope, the
// ordinal of the object that it belongs to.
//
// Threads    Not thread-safe, owned by a walker.
// Ownership  Steps live until the next Learn.
// Bounds     kMaxSteps steps of 64 bytes, kMaxSiblings that follow one step, kMaxLength names a
//            path, kMaxTailBytes for what names have beyond 32 bytes. What does not fit is not
//            learnt; after kMaxMisses documents of which something did not fit, all is forgotten.
// Cost       One comparison of 32 bytes for a name that is expected.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#else
#include <cstring>
#endif

namespace tailrace {

class NamePaths {
 public:
  static constexpr size_t kMaxSteps = 1024;
  static constexpr size_t kMaxSiblings = 8;
  static constexpr size_t kMaxLength = 64;
  static constexpr size_t kMaxNameBytes = 255;
  static constexpr size_t kMaxTailBytes = size_t{16} << 10;
  static constexpr size_t kMaxMisses = 4096;

  struct Name {
    uint32_t offset = 0;
    uint32_t length = 0;
    uint32_t scope = 0;
  };

  struct Step {
    char head[32];         // The name and its closing quote, as far as they fit.
    const Step* expected;  // The step that is tried first, never null: it may match nothing.
    const Step* other;     // The next one to try in this one's place.
    uint32_t head_bits;    // The bytes of `head` that count, the first ones.
    uint32_t tail_offset;  // Where the rest of the name stands.
    uint16_t length;
    uint16_t scope;
    uint16_t parent;

    // For names that fit `head`; false for all others. 32 bytes may be read at `at`.
    bool MatchesHead(const char* at, uint32_t in_scope) const noexcept;
  };

  NamePaths();

  const Step* root() const { return &steps_[kRoot]; }
  const Step* nowhere() const { return &steps_[kNothing]; }  // Nothing follows it.

  // The step that follows `from` for `name`, or nullptr.
  const Step* Follow(const Step* from, std::string_view name, uint32_t scope) const noexcept;

  // The step before `step`; the root's is null.
  const Step* Parent(const Step* step) const noexcept {
    return step == root() ? nullptr : &steps_[step->parent];
  }

  // Adds the path that goes on from `from` with `names`, which are names of `text`; as much of it
  // as there is room for.
  void Learn(const Step* from, const char* text, std::span<const Name> names);

 private:
  static constexpr size_t kNothing = 0;
  static constexpr size_t kRoot = 1;

  const Step* Add(const Step* parent, std::string_view name, uint32_t scope);
  Step& NewStep();
  void Forget();

  std::unique_ptr<Step[]> steps_;
  size_t count_ = 0;
  std::vector<char> tails_;
  size_t misses_ = 0;
};

static_assert(sizeof(NamePaths::Step) == 64);

inline bool NamePaths::Step::MatchesHead(const char* at, uint32_t in_scope) const noexcept {
#if defined(__SSE2__)
  const auto equal = [&](size_t offset) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + offset));
    const __m128i expects = _mm_loadu_si128(reinterpret_cast<const __m128i*>(head + offset));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, expects)));
  };
  return (head_bits & ~(equal(0) | equal(16) << 16)) == 0 && length < sizeof(head) &&
         scope == in_scope;
#else
  const size_t size = static_cast<size_t>(std::countr_one(head_bits));
  return length < sizeof(head) && scope == in_scope && std::memcmp(at, head, size) == 0;
#endif
}

}  // namespace tailrace
