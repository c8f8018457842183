// TailBytes remembers the last few bytes of a file that were seen, so that the anchor of a range
// can be made although the range ends at the beginning of a segment.
//
// Threads    Not thread-safe.
// Cost       At most kAnchorBytesMax bytes copied a segment.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "agent/event/anchor.h"

namespace tailrace {

class TailBytes {
 public:
  // `bytes` follow what was seen before.
  void Append(std::string_view bytes);
  // A part of the file is not known (a hole, a skip): nothing before it counts.
  void Clear() { size_ = 0; }

  // The anchor at the end of `begin`, which follows what was seen before.
  Anchor AnchorAfter(std::string_view begin) const;

 private:
  std::array<char, kAnchorBytesMax> bytes_;
  size_t size_ = 0;
};

}  // namespace tailrace
