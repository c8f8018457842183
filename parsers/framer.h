// A Framer cuts the bytes of one file into records: lines, CRI lines joined from their P and F
// pieces, or docker json-file lines joined from their splits. See parsers/README.md for the rules
// of cutting, NUL runs, CRLF, BOM and unterminated lines.
//
// The worker calls Frame again and again on what is left of a segment. Frame consumes whole lines;
// what follows the last newline is copied to the framer (the carry) and belongs to no record yet.
// Between calls pieces of a record whose end has not come are held, per stream (stdout, stderr),
// in the HeldPieces that the files of one lineage share. After each call the worker opens a range
// of the file's ledger up to end_bytes() and names it with RangeOpened.
//
// Invariants
//   (1) Every byte before end_bytes() is covered by exactly one record, is held, or was counted as
//       skipped.
//   (2) Reading again from a range boundary that was a frontier makes the same records: a range
//       in which a held piece, or a line that is being cut, begins is referenced until the record
//       is delivered and the line has ended.
//
// Threads    Not thread-safe; owned by the worker of its file.
// Bounds     Carry and pieces hold at most max_line_bytes each; held_bytes() tells how much now.
//            An idle framer holds no memory beyond itself.
// Cost       One memchr a line; no allocation in steady state.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "agent/event/stream.h"

namespace tailrace {

// Pieces of one unfinished record of one stream of a container.
struct HeldPiece {
  std::string text;          // What is joined so far, without the headers.
  std::string time;          // Of the first piece.
  FileId file;               // That the first piece lies in.
  FileId last_file;          // That the last piece lies in.
  int64_t offset = 0;        // Of the first piece.
  uint32_t covered = 0;      // Source bytes of all pieces.
  bool open = false;         // Something is held.
  bool cut = false;          // It passed max_line: further pieces are skipped until the F.
  bool has_range = false;    // `range` holds one reference in the ledger of `file`.
  RangeRef range;
  int64_t held_since_nanos = 0;  // read_wall_nanos of the first piece's segment.
};

// Shared by the generations of one log, since a rotation may fall between two pieces.
// Index 0 is stdout, 1 is stderr.
struct HeldPieces {
  std::array<HeldPiece, 2> streams;

  size_t held_bytes() const { return streams[0].text.size() + streams[1].text.size(); }
};

struct FramerOptions {
  FileFormat format = FileFormat::kRaw;
  uint32_t max_line_bytes = 1 << 20;  // Of a record's body; at most 8 MiB.
};

// Why bytes were passed over; counted in bytes.
struct FramerSkips {
  uint64_t nul_run_bytes = 0;    // NUL runs of 64 bytes and more at the beginning of a line.
  uint64_t line_rest_bytes = 0;  // What lies behind the cut of a line that is too long.
  uint64_t bom_bytes = 0;        // A UTF-8 byte order mark at the beginning of the file.
};

class Framer {
 public:
  // Begins at `offset` of `file`; `held` outlives the framer.
  Framer(FileId file, const FramerOptions& options, int64_t offset, HeldPieces* held);

  // Frames `bytes`, which follow what was framed before (behind which kSlabPaddingBytes may be
  // read; batch.segment is set to their beginning by the caller), until the batch is full or
  // reaches kBatchBytesTarget, or the bytes are used up. Returns how many were consumed: all of
  // them once the rest is in the carry. batch.read_wall_nanos stamps records that have no time.
  // REQUIRES: the batch is empty.
  size_t Frame(std::string_view bytes, RecordBatch& batch);

  // `bytes` of the file are passed over (a hole, a truncation): what is carried of a line goes out
  // first, as it is.
  void Skip(int64_t bytes, RecordBatch& batch);

  // What is carried of an unterminated line, and pieces whose last one lies in this file, go out
  // as they are, flagged kFlagPartial. What is appended to the line later is a record of its own.
  void Flush(RecordBatch& batch);

  // Where the next range ends: behind the last whole line (or what was flushed or skipped).
  int64_t end_bytes() const { return end_bytes_; }
  // Where the next byte of the file is expected: end_bytes() and the carry.
  int64_t next_bytes() const { return next_bytes_; }

  // The range that ends at end_bytes() is open now. Returns how many references the framer keeps
  // in it: for pieces that began in it, and for a line in it that is being cut.
  uint32_t RangeOpened(RangeRef range);

  // References that the framer held and that nobody needs any more (a cut line has ended). The
  // caller releases and clears them. References of joined records are in batch.joined instead:
  // they go over to the caller with the record.
  std::vector<RangeRef>& released() { return released_; }

  size_t carry_bytes() const { return carry_.size(); }
  const FramerSkips& skips() const { return skips_; }

 private:
  // (The private part belongs to whoever writes framer.cc.)
  FileId file_;
  FramerOptions options_;
  HeldPieces* held_;
  int64_t end_bytes_;
  int64_t next_bytes_;
  std::string carry_;
  std::vector<RangeRef> released_;
  FramerSkips skips_;
};

}  // namespace tailrace
