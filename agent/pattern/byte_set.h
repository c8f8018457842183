// ByteSet is a set of byte values, as a character class of a regular expression means it.
//
// Threads  A plain value.
// Cost     32 bytes; a look-up is a shift.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tailrace {

class ByteSet {
 public:
  constexpr ByteSet() = default;

  static constexpr ByteSet Of(uint8_t low, uint8_t high) {
    ByteSet set;
    set.AddRange(low, high);
    return set;
  }
  static constexpr ByteSet All() { return Of(0, 255); }

  constexpr void Add(uint8_t byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  // Both ends included. REQUIRES: low <= high.
  constexpr void AddRange(uint8_t low, uint8_t high) {
    for (size_t byte = low; byte <= high; ++byte) Add(static_cast<uint8_t>(byte));
  }

  constexpr bool Has(uint8_t byte) const { return (words_[byte >> 6] >> (byte & 63) & 1) != 0; }
  constexpr bool empty() const { return size() == 0; }
  constexpr size_t size() const {
    size_t count = 0;
    for (uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }
  constexpr bool Meets(const ByteSet& other) const { return !(*this & other).empty(); }
  constexpr bool IsWithin(const ByteSet& other) const { return (*this & other) == *this; }

  friend constexpr ByteSet operator|(ByteSet a, const ByteSet& b) {
    for (size_t i = 0; i < 4; ++i) a.words_[i] |= b.words_[i];
    return a;
  }
  friend constexpr ByteSet operator&(ByteSet a, const ByteSet& b) {
    for (size_t i = 0; i < 4; ++i) a.words_[i] &= b.words_[i];
    return a;
  }
  friend constexpr ByteSet operator~(ByteSet a) {
    for (uint64_t& word : a.words_) word = ~word;
    return a;
  }
  friend constexpr bool operator==(const ByteSet&, const ByteSet&) = default;

 private:
  std::array<uint64_t, 4> words_{};
};

}  // namespace tailrace
