// HeldPieces are the pieces of records whose end has not come yet: CRI lines tagged P, docker
// entries whose log does not end in a newline. A rotation may fall between two pieces, so what one
// generation holds at its end goes on in the next: the framers of both share it, or its owner hands
// it over and names the newer file as `last_file`.
//
// Invariants
//   (1) In each generation that a record has pieces of, it holds one reference to the range that
//       was opened last while it was held: so that generation is not settled before the record.
//       That no frontier stops inside the record is up to the ledger, see Framer::end_is_resumable.
//
// Threads    Owned by the worker of the lineage.
// Bounds     A piece's text is at most max_line_bytes, `covered` at most kCoveredBytesMax, and a
//            record spans at most kHeldGenerationsMax generations and kHeldSpanBytesMax of one
//            file; what would pass the last two goes out as it is, flagged kFlagPartial.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"

namespace tailrace {

// An id has three bytes for it.
inline constexpr uint32_t kCoveredBytesMax = (1 << 24) - 1;
// Else a prompt without newline would hold the frontier back for as long as the other stream
// writes.
inline constexpr int64_t kHeldSpanBytesMax = 16 << 20;
inline constexpr size_t kHeldGenerationsMax = 8;

// Pieces of one unfinished record of one stream of a container.
struct HeldPiece {
  std::string text;              // What is joined so far, without the headers.
  std::string time;              // Of the first piece.
  FileId file;                   // That the first piece lies in.
  FileId last_file;              // That the last piece lies in.
  int64_t offset = 0;            // Of the first piece.
  int64_t last_file_offset = 0;  // Of the first piece in `last_file`.
  int64_t held_since_nanos = 0;  // read_wall_nanos of the first piece's segment.
  uint32_t covered = 0;          // Source bytes of all pieces, up to the cut.
  uint16_t flags = 0;            // Of the first piece: which stream.
  bool open = false;             // Something is held.
  bool cut = false;              // It passed max_line: further pieces are skipped until the F.
  std::vector<RangeRef> ranges;  // References, one for each generation, oldest first.
};

// Index 0 is stdout (and docker entries that name no stream), 1 is stderr.
struct HeldPieces {
  std::array<HeldPiece, 2> streams;

  // Not 0 while anything is held, be it an empty piece.
  size_t held_bytes() const {
    return (streams[0].open ? streams[0].text.size() + 1 : 0) +
           (streams[1].open ? streams[1].text.size() + 1 : 0);
  }
  bool any_open() const { return streams[0].open || streams[1].open; }
};

}  // namespace tailrace
