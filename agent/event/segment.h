// A Segment is one step in the life of one file as the reader saw it: a read, or something that
// happened between two reads. Segments travel inside slabs from the reader to the worker that owns
// the file; for one file they form this language:
//
//   file  := kOpen step* kEnd (kReopen step* kEnd)* kGone
//   step  := kData | kSkip | kFlush | kRekey
//
// and kGrew wherever the file is open. At any place a reload of the config may put kLeave, after
// which only kReturn or kGone follows. Between the segments of all files lies kEpoch.
//
// Invariants
//   (1) kData and kSkip of one file are contiguous: each begins at the offset where the last one
//       ended, but for what the reader reads again after a kRewind (see reader_command.h). A
//       worker discards a step whose offset is not the one it expects.
//   (2) Nothing of a file follows its kGone, and its FileId is never used again.
//
// Threads    Made by the reader, consumed by one worker.
// Units      Offsets and lengths in bytes of the file; for a .gz in uncompressed bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "agent/base/strong_id.h"
#include "agent/event/anchor.h"
#include "agent/event/stream.h"

namespace tailrace {

enum class SegmentKind : uint8_t {
  kOpen,        // The file begins, or goes on, at `offset`; `opened` says what it is.
  kData,        // `length` bytes at slab offset `begin`, of the file at `offset`.
  kSkip,        // `skipped_bytes` of the file at `offset` are passed over, because of `reason`.
  kFlush,       // Nothing came for `flush_partial`: what is held of an unterminated line goes out.
  kRekey,       // The first line is complete only now: from here on the file's key is opened->key.
  kGrew,        // Nothing of it is read for now, but it is `file_bytes` long.
  kEnd,         // Read to its end and closed for now: all that is held of its last line goes out.
  kReopen,      // It grew after kEnd; reading goes on at `offset`.
  kGone,        // No path leads to it any more. Its checkpoint ends after its time.
  kEndOfInput,  // Of no file: the reader will send nothing more. See `flush_held`.
  kLeave,       // The config asks for the file no more. What is not framed is handed back.
  kReturn,      // It asks for it again: what follows goes on where that was.
  kEpoch,       // Of no file: what comes from here on is for the plan of `epoch`.
};

enum class SkipReason : uint8_t {
  kSparseHole,     // A hole of the file: NUL bytes that nobody wrote.
  kStartAt,        // Older than `start_at` asks for.
  kTruncated,      // Destroyed by a truncation before it was read.
  kDeletedUnread,  // Given up: held deleted files passed `max_held_deleted`, or it was gone at
                   // start.
  kReadError,      // The kernel would not read it.
};
inline constexpr int kSkipReasonCount = 5;

// The `reason` label of the metrics.
const char* SkipReasonName(SkipReason reason);

struct FileOpened {
  StreamInfoPtr stream;
  Anchor anchor;  // Of the bytes before `offset`.
  // The generation of the same log that was written just before this one, and its end: it was read
  // up to there, and a record may have begun in it.
  std::optional<FileId> predecessor;
  int64_t predecessor_end = 0;
};

struct Segment {
  SegmentKind kind = SegmentKind::kData;
  SkipReason reason = SkipReason::kSparseHole;
  bool flush_held = false;  // kEndOfInput: --once sends out what is held; a shutdown does not.
  FileId file;
  int64_t offset = 0;
  uint32_t begin = 0;
  uint32_t length = 0;
  int64_t skipped_bytes = 0;
  int64_t file_bytes = 0;              // How long the file was seen to be.
  int64_t read_wall_nanos = 0;         // When it was read; stamps records that have no time.
  uint64_t epoch = 0;                  // kEpoch.
  std::unique_ptr<FileOpened> opened;  // kOpen, kRekey.
};

}  // namespace tailrace
