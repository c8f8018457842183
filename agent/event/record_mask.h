// RecordMask is a set of records of one batch, by their index: which a stage looks at, which a
// filter matched.
//
// Threads    A plain value.
// Bounds     kBatchRecordsMax records.
// Cost       32 bytes; what is done to all records costs four words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "agent/event/record_batch.h"

namespace tailrace {

class RecordMask {
 public:
  RecordMask() = default;
  // The records 0 to `count` - 1. REQUIRES: at most kBatchRecordsMax.
  static RecordMask FirstOnes(size_t count) {
    RecordMask mask;
    for (size_t word = 0; word < kWords && word * 64 < count; ++word) {
      const size_t left = count - word * 64;
      mask.words_[word] = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    }
    return mask;
  }

  void Add(size_t record) { words_[record / 64] |= uint64_t{1} << (record % 64); }
  void Remove(size_t record) { words_[record / 64] &= ~(uint64_t{1} << (record % 64)); }
  bool Has(size_t record) const { return (words_[record / 64] >> (record % 64) & 1) != 0; }

  bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  size_t size() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }

  RecordMask& operator|=(const RecordMask& other) {
    for (size_t word = 0; word < kWords; ++word) words_[word] |= other.words_[word];
    return *this;
  }
  RecordMask& operator&=(const RecordMask& other) {
    for (size_t word = 0; word < kWords; ++word) words_[word] &= other.words_[word];
    return *this;
  }
  // Without those of `other`.
  RecordMask& operator-=(const RecordMask& other) {
    for (size_t word = 0; word < kWords; ++word) words_[word] &= ~other.words_[word];
    return *this;
  }
  friend bool operator==(const RecordMask&, const RecordMask&) = default;

  // `visit(index)` for each, in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t word = 0; word < kWords; ++word) {
      for (uint64_t left = words_[word]; left != 0; left &= left - 1) {
        visit(word * 64 + static_cast<size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  static constexpr size_t kWords = 4;
  static_assert(kWords * 64 >= kBatchRecordsMax);

  std::array<uint64_t, kWords> words_{};
};

}  // namespace tailrace
