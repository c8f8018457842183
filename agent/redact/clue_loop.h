// The loop of clue_kernels.h, written once over a policy `Bytes` that looks at 32 bytes at a time:
//
//   static ByteMasks Look(const char* at);  // Reads kLookBytes.
//
// Threads    Any.
// Bounds     See clue_kernels.h.
//
// A policy's functions are compiled for its instruction set, these templates are not: each is
// called from one function with the same target and `flatten`, which is where they all get inlined.
//
// Shapes of digits are found by shifting masks against each other. They reach over the border of
// two steps, so a step looks at a window that begins kWindowBefore bytes before its own bytes, and
// judges the shapes that begin in 32 bytes of it:
//
//   window bit   0    4                    20                36                52
//                | context | shapes begin here ------------- | their other bytes|
//   step bytes                             ^ 0                                  ^ 32
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
constexpr size_t kLookBytes = kClueStepBytes + 2;
constexpr unsigned kWindowBefore = 20;
constexpr uint64_t kShapeBegins = uint64_t{0xffffffff} << 4;
constexpr size_t kShapesBehind = 16;  // Bytes of a step in which no shape begins until the next.
constexpr unsigned kIpv6ColonPairs = 5;

// A bit for each byte of a step.
struct ByteMasks {
  uint32_t digits = 0;
  uint32_t uppers = 0;
  uint32_t dots = 0;
  uint32_t colons = 0;
  uint32_t dashes = 0;
  uint32_t spaces = 0;
  uint32_t marks = 0;         // '@', '+' and '\\'.
  uint32_t fingerprints = 0;  // The first byte of each.
};

class ClueSearch {
 public:
  explicit ClueSearch(std::string_view text) : text_(text) {}

  void Step(const ByteMasks& masks, size_t base) {
    for (uint32_t left = masks.marks; left != 0; left &= left - 1) {
      CheckMark(base + static_cast<size_t>(std::countr_zero(left)));
    }
    for (uint32_t left = masks.fingerprints; left != 0; left &= left - 1) {
      clues_ |= CheckFingerprint(text_, base + static_cast<size_t>(std::countr_zero(left)));
    }
    if ((masks.digits | before_.digits) != 0) FindDigits(masks, base);
    if ((masks.colons | before_.colons) != 0) FindColons(masks);
    before_ = masks;
  }

  Clues Finish() const {
    Clues clues = clues_;
    if (colon_pairs_ >= kIpv6ColonPairs) clues |= kClueIpv6;
    return clues;
  }

 private:
  static uint64_t Window(uint32_t before, uint32_t step) {
    return uint64_t{step} << kWindowBefore | before >> (kClueStepBytes - kWindowBefore);
  }

  void CheckMark(size_t at) {
    const char mark = text_[at], next = ByteAt(text_, at + 1);
    if (mark == '@') clues_ |= kClueAt;
    if (mark == '\\') clues_ |= kClueBackslash;
    // Country codes do not begin with 0, as the zones of times do.
    if (mark == '+' && next >= '1' && next <= '9') clues_ |= kCluePhone;
  }

  void FindDigits(const ByteMasks& masks, size_t base) {
    const uint64_t d = Window(before_.digits, masks.digits);
    const uint64_t dash = Window(before_.dashes, masks.dashes);
    const uint64_t dot = Window(before_.dots, masks.dots);
    const uint64_t group = dash | Window(before_.spaces, masks.spaces);
    const uint64_t upper = Window(before_.uppers, masks.uppers);
    const uint64_t begins = ~(d << 1) & kShapeBegins;
    const uint64_t d2 = d & d >> 1, d3 = d2 & d >> 2, d4 = d2 & d2 >> 2;
    const uint64_t d12 = d4 & d4 >> 4 & d4 >> 8;
    if ((d3 & (group | dot) >> 3 & d4 >> 4 & begins) != 0) clues_ |= kCluePhone;
    if ((d3 & dash >> 3 & d2 >> 4 & dash >> 6 & d4 >> 7 & begins) != 0) clues_ |= kClueSsn;
    if ((upper & upper >> 1 & d2 >> 2 & kShapeBegins) != 0) clues_ |= kClueIban;
    FindDots(d, dot);
    CheckCards((d12 | (d4 & group >> 4 & d4 >> 5)) & begins, base);
  }

  // Three dots with up to three digits between each two.
  void FindDots(uint64_t d, uint64_t dot) {
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
      const char first =
          text_[base + static_cast<size_t>(std::countr_zero(begins)) - kWindowBefore];
      if ((first >= '2' && first <= '6') || first == '9') clues_ |= kClueCardDigits;
    }
  }
  void FindColons(const ByteMasks& masks) {
    const uint64_t colon = Window(before_.colons, masks.colons) & ~uint64_t{15};
    if ((colon & colon >> 1) != 0) clues_ |= kClueIpv6;
    const uint64_t near = colon >> 1 | colon >> 2 | colon >> 3 | colon >> 4 | colon >> 5;
    colon_pairs_ += static_cast<unsigned>(std::popcount(colon & near & kShapeBegins));
  }

  const std::string_view text_;
  Clues clues_ = 0;
  unsigned colon_pairs_ = 0;
  ByteMasks before_;
};

template <class Bytes>
Clues ClueLoop(std::string_view text) {
  ClueSearch search(text);
  size_t base = 0;
  for (; base + kLookBytes <= text.size(); base += kClueStepBytes) {
    search.Step(Bytes::Look(text.data() + base), base);
  }
  // The rest is copied to where the steps may read beyond it; one more step may be needed for the
  // shapes that begin in the last bytes.
  char rest[4 * kClueStepBytes] = {};
  if (base < text.size()) std::memcpy(rest, text.data() + base, text.size() - base);
  for (size_t at = 0; base + at < text.size() + kShapesBehind; at += kClueStepBytes) {
    search.Step(Bytes::Look(rest + at), base + at);
  }
  return search.Finish();
}

}  // namespace tailrace
