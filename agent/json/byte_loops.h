// The loops of byte_kernels.h, written once over a policy `Bytes` that looks at 32 bytes at a time:
//
//   static uint32_t EscapeMask(const char* at);  // A bit for each byte that JSON must escape.
//   static uint32_t MarkMask(const char* at);    // A bit for each '\\', '\n' or '\r'.
//
// A policy's functions are compiled for its instruction set, these templates are not: each is
// called from one function with the same target and `flatten`, which is where they all get inlined.
//
// Bounds     See byte_kernels.h.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "agent/json/byte_kernels.h"
#include "agent/json/escape_sequence.h"

namespace tailrace {

constexpr size_t kStepBytes = 32;

// How one byte is written: the text is copied whole, 8 bytes, and counts as `length` bytes.
struct EscapeSpelling {
  char text[7] = {};
  uint8_t length = 0;
};
static_assert(sizeof(EscapeSpelling) == 8);

constexpr std::array<EscapeSpelling, 256> MakeEscapeSpellings() {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<EscapeSpelling, 256> spellings{};
  for (size_t i = 0; i < 256; ++i) spellings[i] = {{static_cast<char>(i)}, 1};
  for (size_t i = 0; i < 32; ++i) {
    spellings[i] = {{'\\', 'u', '0', '0', kHex[i >> 4], kHex[i & 15]}, 6};
  }
  spellings['\b'] = {{'\\', 'b'}, 2};
  spellings['\t'] = {{'\\', 't'}, 2};
  spellings['\n'] = {{'\\', 'n'}, 2};
  spellings['\f'] = {{'\\', 'f'}, 2};
  spellings['\r'] = {{'\\', 'r'}, 2};
  spellings['"'] = {{'\\', '"'}, 2};
  spellings['\\'] = {{'\\', '\\'}, 2};
  return spellings;
}

inline constexpr std::array<EscapeSpelling, 256> kEscapeSpellings = MakeEscapeSpellings();

inline uint32_t LowBits(size_t count) {
  return count >= kStepBytes ? ~uint32_t{0} : (uint32_t{1} << count) - 1;
}

// Writes the `length` bytes at `text`, of which `mask` marks those to escape.
// REQUIRES: 2 * kStepBytes may be read at `text`.
inline char* EscapeStep(char* out, const char* text, size_t length, uint32_t mask) {
  size_t done = 0;
  while (mask != 0) {
    const size_t at = static_cast<size_t>(std::countr_zero(mask));
    mask &= mask - 1;
    std::memcpy(out, text + done, kStepBytes);
    out += at - done;
    const EscapeSpelling& spelling = kEscapeSpellings[static_cast<uint8_t>(text[at])];
    std::memcpy(out, &spelling, sizeof(spelling));
    out += spelling.length;
    done = at + 1;
  }
  std::memcpy(out, text + done, kStepBytes);
  return out + (length - done);
}

template <class Bytes>
char* EscapeLoop(char* out, std::string_view text) {
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 2 * kStepBytes; at += kStepBytes, left -= kStepBytes) {
    out = EscapeStep(out, at, kStepBytes, Bytes::EscapeMask(at));
  }
  // The rest is copied to where the steps may read beyond it.
  char rest[4 * kStepBytes] = {};
  if (left > 0) std::memcpy(rest, at, left);  // An empty text may be no place at all.
  for (at = rest; left > 0; at += kStepBytes) {
    const size_t length = left < kStepBytes ? left : kStepBytes;
    out = EscapeStep(out, at, length, Bytes::EscapeMask(at) & LowBits(length));
    left -= length;
  }
  return out;
}

template <class Bytes>
size_t CleanPrefixLoop(std::string_view text) {
  size_t at = 0;
  for (; at + kStepBytes <= text.size(); at += kStepBytes) {
    const uint32_t mask = Bytes::EscapeMask(text.data() + at);
    if (mask != 0) return at + static_cast<size_t>(std::countr_zero(mask));
  }
  while (at < text.size() && kEscapeSpellings[static_cast<uint8_t>(text[at])].length == 1) ++at;
  return at;
}

template <class Bytes>
TextMarks ScanLoop(std::string_view text) {
  TextMarks marks;
  const char* limit = text.data() + text.size();
  size_t unread = 0;  // What stands before it belongs to an escape that was judged already.
  for (size_t step = 0; step < text.size(); step += kStepBytes) {
    uint32_t mask = Bytes::MarkMask(text.data() + step);
    if (mask == 0) [[likely]]
      continue;
    for (mask &= LowBits(text.size() - step); mask != 0; mask &= mask - 1) {
      const size_t at = step + static_cast<size_t>(std::countr_zero(mask));
      if (at < unread) continue;
      if (text[at] != '\\') {
        marks.newlines = true;
        continue;
      }
      const EscapeSequence escape = DecodeEscape(text.data() + at, limit);
      marks.escapes = true;
      marks.lone_surrogates |= escape.lone_surrogate;
      unread = at + escape.length;
      if (escape.length == 0) return {.well_formed = false};
    }
  }
  return marks;
}

}  // namespace tailrace
