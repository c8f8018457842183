// EncodedFraming makes one record of each line of a file that is not in UTF-8. Offsets and covered
// bytes are those of the source; max_line bounds the body in UTF-8, which is cut between
// characters.
//
// Threads    Not thread-safe; part of a framer.
// Bounds     Of a line at most TextBytesMax bytes of the source are kept.
#pragma once

#include <cstddef>
#include <cstdint>

#include "parsers/physical_line.h"
#include "parsers/transcoder.h"

namespace tailrace {

struct EncodedFraming {
  // What can become a body of `max_line_bytes`, and a carriage return.
  static size_t TextBytesMax(uint32_t max_line_bytes, const Transcoder& transcoder);
  static void Take(const PhysicalLine& line, Transcoder& transcoder, LineTarget& target);
};

}  // namespace tailrace
