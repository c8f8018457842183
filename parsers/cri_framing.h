// CriFraming makes records of container log lines (see cri_line.h): pieces tagged P are joined to
// the F of their stream. A line without a header of that form, or whose time is no time, is a
// record as it stands, flagged kFlagMalformed.
//
// Threads    Any; its state is in the LineTarget.
// Cost       About 5 ns beyond finding the newline for a line that is a record of its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "parsers/physical_line.h"
#include "parsers/piece_joiner.h"

namespace tailrace {

struct CriFraming {
  static constexpr size_t kRecordsPerLineMax = PieceJoiner::kRecordsPerLineMax;

  static size_t TextBytesMax(uint32_t max_line_bytes);
  static void Take(const PhysicalLine& line, LineTarget& target);
};

}  // namespace tailrace
