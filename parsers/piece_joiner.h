// PieceJoiner makes records of pieces: what is held of a stream grows by each piece until the one
// that ends the record. The record takes time, offset and id from its first piece.
//
// Invariants
//   (1) Of the source bytes of each piece those up to the cut are covered by the record, the
//       others are counted in skips.line_rest_bytes.
//   (2) Whether a record goes out before its end depends on the bytes of its pieces and of the
//       lines between them alone, so that reading them again makes the same record.
//
// Threads    Any; its state is in the LineTarget.
// Bounds     See held_pieces.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsers/physical_line.h"

namespace tailrace {

struct Piece {
  std::string_view content;  // Without the newline that ends the record, and the '\r' before it.
  std::string_view time;     // kUtcTimeBytes or empty.
  int64_t offset = 0;        // Of the line in the file.
  int64_t source_bytes = 0;  // Of the line, newline and rest included.
  // How many of the source bytes lie behind `content`, or would not be needed for any of it: a
  // record that ends in content that was cut does not cover them.
  int64_t tail_bytes = 0;
  uint16_t flags = 0;
  uint8_t stream = 0;
  bool ends_record = false;
  bool whole = true;          // Nothing of the line was left out of `content`.
  bool strip_return = false;  // A '\r' that is last in the record is part of its newline.
};

class PieceJoiner {
 public:
  // A piece and what expired before it: two streams.
  static constexpr size_t kRecordsPerLineMax = 3;

  // What reached kHeldSpanBytesMax or kHeldGenerationsMax when the line at `offset` begins goes
  // out. To be called before each line while anything is held.
  static void SendExpired(int64_t offset, LineTarget& target);

  // piece.content may lie in the arena.
  static void Take(const Piece& piece, LineTarget& target);

  // What is held of `stream` goes out as a record that has `flag_bits` beside its own. Nothing of
  // it lies behind `end_bytes`.
  static void Send(size_t stream, uint16_t flag_bits, int64_t end_bytes, LineTarget& target);
};

}  // namespace tailrace
