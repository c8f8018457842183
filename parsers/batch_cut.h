// A BatchCut finds where a batch of lines may be cut in two, so that no record and no multiline
// event has lines on both sides: reading may begin again there.
//
//   lines     a  B  b  b  a  C  c       upper case begins an event, lower case goes on with it or
//   places   ^  ^           ^  ^        stands alone: the last place is before C, whose end may
//                                       not have come
//
// Events of several streams, and of several pipelines with rules of their own, are put in one after
// the other: a place must be one for all of them.
//
// Threads    Not thread-safe; one a worker, used batch by batch.
// Bounds     A number for each of kBatchRecordsMax lines.
// Cost       An addition a joined line, and one pass over the lines for Find.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "parsers/held_pieces.h"

namespace tailrace {

class BatchCut {
 public:
  // Of a line that is in an earlier batch.
  static constexpr int32_t kEarlierLine = -1;

  struct Place {
    size_t line = 0;     // The first one behind the cut; 0: the cut is where the batch begins.
    int64_t offset = 0;  // Of the first byte behind the cut.
  };

  // For a batch of `lines` lines.
  void Begin(size_t lines);
  // `line` belongs to the same event as `previous`, which is before it.
  void Join(int32_t previous, size_t line);
  // The event whose last line is `previous` may go on behind the batch.
  void LeaveOpen(int32_t previous);

  // The last place in `lines`, which are those of `file` from `begin_bytes` on; nullopt when there
  // is none. `held` are the pieces that are held behind the batch.
  std::optional<Place> Find(const RecordBatch& lines, const HeldPieces& held, FileId file,
                            int64_t begin_bytes) const;

 private:
  size_t lines_ = 0;
  int32_t open_ = 0;  // Sum of the changes.
  // By line: by how much more events cross the place before it than the place before that.
  std::array<int32_t, kBatchRecordsMax + 1> changes_;
};

}  // namespace tailrace
