// LineFraming makes one record of each line, as it is but for one '\r' before the newline. The
// other formats use it for lines that are not in their format.
//
// Threads    Any; it has no state.
// Cost       A few ns beyond finding the newline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsers/physical_line.h"

namespace tailrace {

struct LineFraming {
  static constexpr size_t kRecordsPerLineMax = 1;

  // Of a line's text: the body, and the '\r' of a CRLF.
  static size_t TextBytesMax(uint32_t max_line_bytes) { return size_t{max_line_bytes} + 1; }

  static void Take(const PhysicalLine& line, LineTarget& target) { AddLine(line, 0, target); }

  // `line` as a record with the flags `flag_bits`.
  static void AddLine(const PhysicalLine& line, uint16_t flag_bits, LineTarget& target) {
    const std::string_view body = WithoutReturn(line, line.text);
    if (line.whole() && body.size() <= target.max_line_bytes) [[likely]] {
      target.batch.Add(target.SpanOf(line, body), {}, line.offset,
                       static_cast<uint32_t>(line.source_bytes()),
                       static_cast<uint16_t>(flag_bits | line.partial_flag()));
      return;
    }
    AddCut(line, flag_bits, target);
  }

  // `end` is a suffix of line.text: without the '\r' if a newline follows it.
  static std::string_view WithoutReturn(const PhysicalLine& line, std::string_view end) {
    if (!end.empty() && end.back() == '\r' && line.ended() && line.whole()) end.remove_suffix(1);
    return end;
  }

 private:
  static void AddCut(const PhysicalLine& line, uint16_t flag_bits, LineTarget& target);
};

}  // namespace tailrace
