// Anchor is a fingerprint of the bytes just before an offset of a file. A file whose anchor still
// holds is still the one that was read up to there; one whose anchor does not was truncated and
// written anew, or is another file under a known inode number.
//
// Threads    Any; a plain value.
// Units      length_bytes is 0 at offset 0, where there is nothing to prove, else at most 64.
#pragma once

#include <cstdint>

namespace tailrace {

inline constexpr uint32_t kAnchorBytesMax = 64;

struct Anchor {
  uint64_t hash = 0;  // XXH3-64 of the `length_bytes` bytes before the offset.
  uint32_t length_bytes = 0;

  friend bool operator==(const Anchor&, const Anchor&) = default;
};

}  // namespace tailrace
