// DockerFraming makes records of the entries of docker's json-file driver (see docker_entry.h):
// entries whose log does not end in a newline are joined to the next ones of their stream. A line
// that is no entry is a record as it stands, flagged kFlagMalformed.
//
// The record's body is the unescaped log without its newline. Where it is cut, what was dropped of
// it is counted in unescaped bytes, and the record covers the other bytes of the line: the source
// cannot be cut at the same place.
//
// Threads    Any; its state is in the LineTarget.
#pragma once

#include <cstddef>
#include <cstdint>

#include "parsers/physical_line.h"
#include "parsers/piece_joiner.h"

namespace tailrace {

struct DockerFraming {
  static constexpr size_t kRecordsPerLineMax = PieceJoiner::kRecordsPerLineMax;

  // Docker splits at 16 KiB, which escaping makes at most 96 KiB; the rest is for labels.
  static size_t TextBytesMax(uint32_t max_line_bytes) {
    return size_t{max_line_bytes} + 128 * 1024;
  }
  static void Take(const PhysicalLine& line, LineTarget& target);
};

}  // namespace tailrace
