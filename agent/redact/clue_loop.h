// The loop of clue_kernels.h, written once over a policy `Bytes` that looks at 32 bytes at a time
// for what is rare, and only where digits or colons are at 64 for the shapes that begin in the
// first 32:
//
//   static StepMasks Look(const char* at);    // Reads 34 bytes.
//   static ShapeMasks Shapes(const char* at);  // Reads 64 bytes.
//
// Shapes of digits are found by shifting masks against each other: bit n of `d & d >> 1` says that
// two digits begin at byte n.
//
// A policy's functions are compiled for its instruction set, these templates are not: each is
// called from one function with the same target and `flatten`, which is where they all get inlined.
//
// Threads    Any.
// Bounds     See clue_kernels.h.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/clue.h"

namespace tailrace {

constexpr size_t kClueStepBytes = 32;
constexpr size_t kShapeBytes = 64;
constexpr uint64_t kShapeBegins = 0xffffffff;
constexpr unsigned kIpv6ColonPairs = 5;

// A bit for each of 32 bytes.
struct StepMasks {
  uint32_t numeric = 0;       // Digits and ':'.
  uint32_t marks = 0;         // '@', '+' and '\\'.
  uint32_t fingerprints = 0;  // The first byte of each.
};

// A bit for each of 64 bytes.
struct ShapeMasks {
  uint64_t digits = 0;
  uint64_t uppers = 0;
  uint64_t dots = 0;
  uint64_t colons = 0;
  uint64_t gaps = 0;  // '-' and ' ', which stand between groups of digits.
};

// What was found so far.
class ClueSearch {
 public:
  explicit ClueSearch(std::string_view text) : text_(text) {}

  void CheckStep(const StepMasks& masks, size_t base) {
    for (uint32_t left = masks.marks; left != 0; left &= left - 1) {
      CheckMark(base + static_cast<size_t>(std::countr_zero(left)));
    }
    for (uint32_t left = masks.fingerprints; left != 0; left &= left - 1) {
      clues_ |= CheckFingerprint(text_, base + static_cast<size_t>(std::countr_zero(left)));
    }
  }

  void CheckShapes(const ShapeMasks& masks, size_t base) {
    const uint64_t d = masks.digits;
    const char last = ByteBefore(text_, base), last_but_one = base > 1 ? text_[base - 2] : '\0';
    const uint64_t before = IsDigit(last) ? 1 : 0;
    const uint64_t begins = ~(d << 1 | before) & kShapeBegins;
    const uint64_t d2 = d & d >> 1, d3 = d2 & d >> 2, d4 = d2 & d2 >> 2;
    const uint64_t d12 = d4 & d4 >> 4 & d4 >> 8;
    const uint64_t gap = masks.gaps;
    if ((d3 & (gap | masks.dots) >> 3 & d4 >> 4 & begins) != 0) clues_ |= kCluePhone;
    if ((d3 & gap >> 3 & d2 >> 4 & gap >> 6 & d4 >> 7 & begins) != 0) clues_ |= kClueSsn;
    // By its digits: a step without any is not looked at.
    const uint64_t one = masks.uppers << 1 | (IsUpper(last) ? 1 : 0);
    const uint64_t two = one << 1 | (IsUpper(last_but_one) ? 1 : 0);
    if ((one & two & d2 & kShapeBegins) != 0) clues_ |= kClueIban;
    CheckCards((d12 | (d4 & gap >> 4 & d4 >> 5)) & begins, base);
    CheckDots(d, masks.dots);
    CheckColons(masks.colons);
  }

  Clues Finish() const {
    Clues clues = clues_;
    if (colon_pairs_ >= kIpv6ColonPairs) clues |= kClueIpv6;
    return clues;
  }

 private:
  void CheckMark(size_t at) {
    const char mark = text_[at], next = ByteAt(text_, at + 1);
    if (mark == '@') clues_ |= kClueAt;
    if (mark == '\\') clues_ |= kClueBackslash;
    // Country codes do not begin with 0, as the zones of times do.
    if (mark == '+' && next >= '1' && next <= '9') clues_ |= kCluePhone;
  }

  // Three dots with up to three digits between each two.
  void CheckDots(uint64_t d, uint64_t dot) {
    const uint64_t one = dot & d >> 1 & dot >> 2;
    const uint64_t two = dot & d >> 1 & d >> 2 & dot >> 3;
    const uint64_t three = dot & d >> 1 & d >> 2 & d >> 3 & dot >> 4;
    const uint64_t pair = one | two | three;
    const uint64_t chain = (one & pair >> 2) | (two & pair >> 3) | (three & pair >> 4);
    if ((chain & kShapeBegins) != 0) clues_ |= kClueIpv4;
  }
  // Of the numbers that are long enough, times in milliseconds and the like begin with 1.
  void CheckCards(uint64_t begins, size_t base) {
    for (; begins != 0; begins &= begins - 1) {
      const size_t at = base + static_cast<size_t>(std::countr_zero(begins));
      const char first = text_[at];
      const bool issued = (first >= '2' && first <= '6') || first == '9';
      // Digits within a hash are no card.
      if (issued && !IsAlphanumeric(ByteBefore(text_, at))) clues_ |= kClueCardDigits;
    }
  }
  void CheckColons(uint64_t all) {
    const uint64_t colon = all & kShapeBegins;
    if (colon == 0) return;
    if ((colon & all >> 1) != 0) clues_ |= kClueIpv6;
    const uint64_t near = all >> 1 | all >> 2 | all >> 3 | all >> 4 | all >> 5;
    colon_pairs_ += static_cast<unsigned>(std::popcount(colon & near));
  }

  const std::string_view text_;
  Clues clues_ = 0;
  unsigned colon_pairs_ = 0;
};

template <class Bytes>
void CheckBytes(ClueSearch& search, const char* at, size_t base) {
  const StepMasks masks = Bytes::Look(at);
  if ((masks.marks | masks.fingerprints) != 0) search.CheckStep(masks, base);
  if (masks.numeric != 0) search.CheckShapes(Bytes::Shapes(at), base);
}

template <class Bytes>
Clues ClueLoop(std::string_view text) {
  ClueSearch search(text);
  size_t base = 0;
  for (; base + kShapeBytes <= text.size(); base += kClueStepBytes) {
    CheckBytes<Bytes>(search, text.data() + base, base);
  }
  // The rest is copied to where the steps may read beyond it.
  char rest[kShapeBytes + kClueStepBytes] = {};
  if (base < text.size()) std::memcpy(rest, text.data() + base, text.size() - base);
  for (size_t at = 0; base + at < text.size(); at += kClueStepBytes) {
    CheckBytes<Bytes>(search, rest + at, base + at);
  }
  return search.Finish();
}

}  // namespace tailrace
