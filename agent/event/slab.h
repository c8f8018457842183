// A Slab carries segments of many files from the reader to one worker: bytes are read into it
// once and framed, parsed and encoded in place. 10,000 files with a line a second share a few.
//
// Threads    Owned by one thread at a time; crosses rings by SlabPtr.
// Bounds     kSlabBytes of content, and kSlabPaddingBytes behind it that may be read (never
//            relied upon) so that SIMD loads need no tail loops. The pool makes slabs when they
//            are needed and never more than `max_slabs`.
// Cost       A recycled slab costs nothing; a new one its page faults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "agent/event/segment.h"

namespace tailrace {

inline constexpr size_t kSlabBytes = 256 * 1024;
inline constexpr size_t kSlabPaddingBytes = 64;

struct Slab {
  Slab() : bytes(new char[kSlabBytes + kSlabPaddingBytes]) {}

  const std::unique_ptr<char[]> bytes;
  size_t used_bytes = 0;
  std::vector<Segment> segments;  // In the order in which they were read.

  size_t free_bytes() const { return kSlabBytes - used_bytes; }
  void Clear() {
    used_bytes = 0;
    segments.clear();
  }
};

using SlabPtr = std::unique_ptr<Slab>;

// Owned by the reader.
class SlabPool {
 public:
  explicit SlabPool(size_t max_slabs) : max_slabs_(max_slabs) {}

  // An empty slab, the one that was used last first (its pages are warm); null when `max_slabs`
  // are out.
  SlabPtr Acquire();
  void Release(SlabPtr slab);
  // Gives back the memory of slabs that were free ever since this was called last, but for `keep`.
  void Trim(size_t keep);

  size_t made() const { return made_; }
  size_t max_slabs() const { return max_slabs_; }

 private:
  const size_t max_slabs_;
  size_t made_ = 0;
  size_t unused_ = 0;  // The fewest that were free since the last Trim.
  std::vector<SlabPtr> free_;
};

}  // namespace tailrace
