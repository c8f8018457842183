// RegexTree is a regular expression taken apart: what a parser makes of its text, what is printed
// for RE2, and what scanners are built from.
//
// Invariants  Captures are numbered from 0 in the order of their opening brackets. A class holds
//             no bytes from 0x80 on, or all of them.
// Threads     A plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/pattern/byte_set.h"

namespace tailrace {

enum class RegexKind : uint8_t {
  kEmpty,
  kLiteral,  // `literal`: its bytes one after the other.
  kClass,    // One byte of `set`, or one character of `unicode` when that is not empty.
  kConcat,
  kAlternate,  // The first child that leads to a match is taken.
  kRepeat,     // The only child, `min` to `max` times.
  kCapture,    // The only child, kept as capture number `capture`.
  kAssertion,
};

enum class RegexAssertion : uint8_t {
  kTextBegin,
  kTextEnd,
  kLineBegin,
  kLineEnd,
  kWordBoundary,
  kNotWordBoundary,
};

struct RegexNode {
  static constexpr uint32_t kUnlimited = ~uint32_t{0};

  RegexKind kind = RegexKind::kEmpty;
  RegexAssertion assertion = RegexAssertion::kTextBegin;
  bool greedy = true;
  uint32_t min = 0;
  uint32_t max = 0;
  size_t capture = 0;
  ByteSet set;
  std::string literal;
  std::string unicode;  // A class as RE2 spells it.
  std::vector<RegexNode> children;
};

enum class CaptureType : uint8_t { kText, kInt, kFloat, kBool };

struct RegexCapture {
  std::string name;  // May come twice: `(?<n>a)|(?<n>b)`.
  CaptureType type = CaptureType::kText;
};

struct RegexTree {
  RegexNode root;
  std::vector<RegexCapture> captures;
  // Some class needs to know characters beyond ASCII, so that text is read as UTF-8. Otherwise
  // every byte is a character, and text that is no UTF-8 is matched like any other.
  bool unicode = false;
};

}  // namespace tailrace
