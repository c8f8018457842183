// A PhysicalLine is what lies between two newlines of a file, as the framer found it; a LineTarget
// is what a format needs to make records of it.
//
// Ownership  Both are views for the time of one Frame call.
// Bounds     `text` is at most LineRules::text_bytes_max; what is longer is only counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "parsers/framer_options.h"
#include "parsers/held_pieces.h"
#include "parsers/timestamp.h"

namespace tailrace {

inline constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";

// How lines of a file begin and end.
struct LineRules {
  size_t text_bytes_max = 0;
  size_t unit_bytes = 1;            // 2 and 4 for UTF-16 and UTF-32.
  std::string_view bom = kUtf8Bom;  // Lives as long as the framer.
};

struct PhysicalLine {
  std::string_view text;       // Behind a BOM and a NUL run, before the newline.
  int64_t offset = 0;          // Of `text` in the file.
  int64_t rest_bytes = 0;      // Between `text` and the newline, of a line that is too long.
  uint32_t newline_bytes = 0;  // 0: the line goes out before its newline was seen.
  bool carried = false;        // `text` is in the carry, not in the segment.

  bool ended() const { return newline_bytes != 0; }
  bool whole() const { return rest_bytes == 0; }
  int64_t source_bytes() const {
    return static_cast<int64_t>(text.size()) + rest_bytes + newline_bytes;
  }
  // What a record carries beside its own flags.
  uint16_t partial_flag() const { return ended() ? 0 : kFlagPartial; }
};

struct LineTarget {
  RecordBatch& batch;
  HeldPieces& held;
  FramerSkips& skips;
  TimestampReader& times;
  uint32_t max_line_bytes;
  FileId file;

  // `part` of line.text: where it is in the segment, or a copy in the arena.
  Span SpanOf(const PhysicalLine& line, std::string_view part) {
    if (line.carried) [[unlikely]] {
      return batch.AddToArena(part);
    }
    Span span;
    span.offset = static_cast<uint32_t>(part.data() - batch.segment);
    span.length = static_cast<uint32_t>(part.size());
    return span;
  }
};

// How many bytes at the end of `text` begin a UTF-8 sequence that is not complete there, so that a
// cut need not tear it; 0 to 3.
inline size_t TornUtf8Bytes(std::string_view text) {
  for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

// The first `bytes_max` bytes of `text`, less what would be a torn UTF-8 sequence.
inline std::string_view CutUtf8(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  text = text.substr(0, bytes_max);
  text.remove_suffix(TornUtf8Bytes(text));
  return text;
}

}  // namespace tailrace
