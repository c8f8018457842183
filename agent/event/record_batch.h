// A RecordBatch is what was framed from one run of bytes of one file: a structure of arrays, one
// entry a record. Stages fill it in place; encoders copy out of it, so that the slab is free when
// the last encoder has seen it. One batch object a worker is reused for ever.
//
// Invariants
//   (1) All arrays of records have the same length, size().
//   (2) Records are in the order of their ends in the file. `covered` bytes of a record lie from
//       its offset on, or, for a record that was joined from pieces, from its first piece's; none
//       lies behind its end.
//
// Threads    Owned by one worker.
// Bounds     At most kBatchRecordsMax records, and kBatchBytesTarget bytes of input unless one
//            record alone is longer.
// Cost       No allocation in steady state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/strong_id.h"

namespace tailrace {

inline constexpr size_t kBatchRecordsMax = 256;
// As many are framed at once: multiline events that were open before, one a stream, come on top.
inline constexpr size_t kBatchLinesMax = kBatchRecordsMax - 2;
inline constexpr size_t kBatchBytesTarget = 64 * 1024;
inline constexpr size_t kArenaPaddingBytes = 64;

// Where a span's bytes are.
enum class SpanBase : uint8_t { kSegment = 0, kArena = 1 };

struct Span {
  uint32_t offset = 0;
  uint32_t length : 30 = 0;
  uint32_t base : 2 = 0;

  bool empty() const { return length == 0; }
};

enum RecordFlag : uint16_t {
  kFlagStderr = 1 << 0,
  kFlagStdout = 1 << 1,
  kFlagCut = 1 << 2,        // Longer than max_line: the rest was skipped.
  kFlagPartial = 1 << 3,    // Sent before its end was seen: flush_partial, or held too long.
  kFlagMalformed = 1 << 4,  // Not in the format of its source (no CRI header, no docker JSON).
};

// One reference in one file's ledger. A payload, a held piece and a dead letter each hold one.
struct RangeRef {
  FileId file;
  RangeId range;

  friend bool operator==(const RangeRef&, const RangeRef&) = default;
};

// A record of this batch that was joined from pieces of which some lie in an earlier range, maybe
// of an earlier generation: whoever needs the record needs that range as well. A record that spans
// several generations has an entry for each.
struct JoinedRecord {
  uint32_t record = 0;  // Index in this batch.
  RangeRef first_range;
  FileId file;  // That the record's offset and id belong to.
};

struct RecordBatch {
  const char* segment = nullptr;  // Base of kSegment spans; kSlabPaddingBytes may be read behind.
  std::string arena;              // Base of kArena spans; kArenaPaddingBytes may be read behind.

  std::vector<Span> bodies;
  std::vector<Span> times;        // RFC 3339 in UTC, "2026-01-02T03:04:05.678901234Z"; empty: use
                                  // read_wall_nanos.
  std::vector<int64_t> offsets;   // Of the first byte, in the file.
  std::vector<int64_t> ends;      // Behind its last byte, in the file of the batch.
  std::vector<uint32_t> covered;  // Source bytes that the record stands for.
  std::vector<uint16_t> flags;
  std::vector<JoinedRecord> joined;  // Few; in order of `record`.

  int64_t read_wall_nanos = 0;
  uint64_t body_bytes = 0;  // Sum of the bodies' lengths.

  size_t size() const { return bodies.size(); }
  void Clear();
  // Appends a record whose source bytes lie side by side.
  void Add(Span body, Span time, int64_t offset, uint32_t covered_bytes, uint16_t flag_bits);
  // Copies `text` to the arena.
  Span AddToArena(std::string_view text);

  const char* Base(Span span) const {
    return span.base == static_cast<uint32_t>(SpanBase::kSegment) ? segment : arena.data();
  }
  // Valid until the arena grows or the slab is freed.
  std::string_view Text(Span span) const { return {Base(span) + span.offset, span.length}; }
};

}  // namespace tailrace
