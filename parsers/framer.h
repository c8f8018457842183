// A Framer cuts the bytes of one file into records: lines, CRI lines joined from their P and F
// pieces, or docker json-file lines joined from their splits. See parsers/README.md for the rules
// of cutting, NUL runs, CRLF, BOM and unterminated lines.
//
// The worker calls Frame again and again on what is left of a segment. Frame consumes whole lines;
// what follows the last newline is copied to the framer (the carry) and belongs to no record yet.
// Between calls pieces of a record whose end has not come are held, per stream (stdout, stderr),
// in HeldPieces that go on from one generation of a log to the next. After each call the worker
// opens a range of the file's ledger up to end_bytes() and names it with RangeOpened.
//
// Invariants
//   (1) Every byte before end_bytes() is covered by exactly one record, is held, or was counted as
//       skipped.
//   (2) Reading again from a resumable end makes the same records. end_bytes() never stands inside
//       a line, also while the rest of one that is too long is skipped; where it stands between
//       the pieces of a record it is not resumable.
//   (3) A record that spans generations ties them together: beginning in the middle of it would
//       make a record of a part. When batch.joined names a range of another file, the caller gives
//       all references of batch.joined, and one to the range of the batch if there is one, to the
//       Seam of the lineage (agent/state/seam.h) instead of releasing them.
//
// Threads    Not thread-safe; owned by the worker of its file.
// Bounds     The carry holds at most max_line_bytes and the header of a line (128 bytes for CRI,
//            128 KiB for docker); see held_pieces.h. An idle framer holds 512 bytes.
// Cost       One memchr a line; one allocation for each segment that ends inside a line of more
//            than 512 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "parsers/framer_options.h"
#include "parsers/held_pieces.h"
#include "parsers/pending_line.h"
#include "parsers/physical_line.h"
#include "parsers/timestamp.h"
#include "parsers/transcoder.h"

namespace tailrace {

class Framer {
 public:
  // Begins at `offset` of `file`; `held` outlives the framer.
  Framer(FileId file, const FramerOptions& options, int64_t offset, HeldPieces* held);

  // Frames `bytes`, which follow what was framed before (batch.segment is set to their beginning
  // by the caller), until the batch is nearly full or reaches kBatchBytesTarget, or the bytes are
  // used up. Returns how many were consumed: all of them once the rest is in the carry.
  // batch.read_wall_nanos stamps what is held.
  // REQUIRES: the batch is empty.
  size_t Frame(std::string_view bytes, RecordBatch& batch);

  // `bytes` of the file are passed over (a hole, a truncation): what Flush would send goes out
  // first, since what is behind them may be part of another record.
  void Skip(int64_t bytes, RecordBatch& batch);

  // FlushLine and FlushPieces together: what is carried of an unterminated line, and pieces whose
  // last one lies in this file, go out as they are, flagged kFlagPartial. What is appended to the
  // line later is a record of its own. Adds at most three records, all of them in the arena.
  void Flush(RecordBatch& batch);

  // The unterminated line alone. At the end of a generation: the pieces of a record may go on in
  // the next one. Where the line is itself a piece, it is held with the others.
  void FlushLine(RecordBatch& batch);

  // Pieces alone, of records that began at or before `held_since_nanos`.
  void FlushPieces(int64_t held_since_nanos, RecordBatch& batch);

  // Where the next range ends: behind the last whole line (or what was flushed or skipped).
  int64_t end_bytes() const { return end_bytes_; }
  // Where the next byte of the file is expected: behind the carry, and what was passed over of it.
  int64_t next_bytes() const { return next_bytes_; }

  // Whether reading may begin again at end_bytes(): nothing is held of this file there. Else the
  // ledger must not let the frontier stop there while the file goes on.
  bool end_is_resumable() const;

  // The range that ends at end_bytes() is open now. Returns how many references the framer keeps
  // in it: one for each record that is held, as the last range of this file that it needs. They
  // go over to the caller with the record, in batch.joined, or with the next range, in released().
  uint32_t RangeOpened(RangeRef range);

  // References that the framer has no more use for. The caller releases and clears them, after
  // it has taken those of RangeOpened.
  std::vector<RangeRef>& released() { return released_; }

  size_t carry_bytes() const { return pending_.carry_bytes(); }
  const FramerSkips& skips() const { return skips_; }

 private:
  template <typename Format>
  size_t FrameAs(std::string_view bytes, RecordBatch& batch);
  size_t FrameEncoded(std::string_view bytes, RecordBatch& batch);
  // Adds `bytes` to the pending line, whole units of the encoding and what is begun of one.
  void CarryUnits(std::string_view bytes);
  // What is pending becomes a line that ends in a newline of `newline_bytes`, or is unterminated.
  void TakePending(uint32_t newline_bytes, LineTarget& target);
  void TakeLine(const PhysicalLine& line, LineTarget& target);
  LineTarget TargetIn(RecordBatch& batch);

  const FileId file_;
  const FileFormat format_;
  const std::unique_ptr<Transcoder> transcoder_;  // Null for UTF-8.
  const uint32_t max_line_bytes_;
  HeldPieces* const held_;
  LineRules rules_;
  int64_t end_bytes_;
  int64_t next_bytes_;
  PendingLine pending_;
  std::string torn_unit_;  // Of an encoding with units of several bytes: those that have come.
  TimestampReader times_;
  FramerSkips skips_;
  std::vector<RangeRef> released_;
};

}  // namespace tailrace
