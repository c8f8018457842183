// AckLedger turns the acknowledgements of one file, which arrive in any order,
// into the one offset that is safe to persist.
//
//   offset     0          100           250          400
//   ranges     | released  | 2 payloads  | released   |
//   frontier               ^ 100: all bytes before it are settled
//
// Invariants
//   (1) Ranges are contiguous and in read order: each begins where the last one
//       ended, so a range is stored as its end offset alone.
//   (2) frontier_bytes() never passes a range that has references. Restarting
//       from it may repeat events but cannot lose one.
//   (3) frontier_bytes() never moves back.
//   (4) It stops at a range that ends inside a record only where nothing follows: reading from
//       there would make a record of the rest alone.
//
// Threads    Not thread-safe. Owned by the worker that the file belongs to.
// Bounds     At most `max_open` ranges; memory grows with what is open and is given back when
//            nothing is, so that an idle file costs little here.
// Cost       Amortised constant; no allocation once it has grown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/anchor.h"

namespace tailrace {

enum class RangeEnd : uint8_t {
  kResumable,     // Reading may begin there.
  kInsideRecord,  // A record has pieces before and, it may be, behind it.
};

class AckLedger {
 public:
  // `anchor` is that of the bytes before `start_bytes`.
  AckLedger(int64_t start_bytes, Anchor anchor, size_t max_open);

  // Opens the range that ends at `end_bytes`, before which the bytes of `anchor` lie, and takes
  // the first reference, the batch's own. Returns nullopt when `max_open` ranges are open: the
  // file must be paused until a Release makes room.
  // REQUIRES: `end_bytes` is beyond every earlier end.
  [[nodiscard]] std::optional<RangeId> TryOpen(int64_t end_bytes, Anchor anchor,
                                               RangeEnd end = RangeEnd::kResumable);

  // It turned out that reading may begin where the last range ends: no record goes on there.
  void MarkEndResumable();

  // One more payload, held record or dead letter needs the range.
  // REQUIRES: `id` is open.
  void AddRef(RangeId id);

  // Drops one reference. Returns true when that moved the frontier, that is, when
  // a new checkpoint is worth writing.
  // REQUIRES: `id` is open.
  bool Release(RangeId id);

  int64_t frontier_bytes() const { return frontier_bytes_; }
  const Anchor& frontier_anchor() const { return frontier_anchor_; }
  // Where the next range begins.
  int64_t end_bytes() const { return end_bytes_; }
  bool idle() const { return open_count() == 0; }
  // The oldest range that is open, and the one that will be opened next.
  RangeId first_open() const { return first_; }
  RangeId next_open() const { return RangeId(first_.value() + open_count()); }
  // REQUIRES for both: first_open() <= id < next_open().
  uint32_t references(RangeId id) const { return At(id).references; }
  RangeEnd end(RangeId id) const { return At(id).end; }
  bool full() const { return open_count() >= max_open_; }
  // How many more ranges may be opened.
  size_t room() const { return max_open_ - open_count(); }

 private:
  struct Range {
    int64_t end_bytes = 0;
    Anchor anchor;
    uint32_t references = 0;
    RangeEnd end = RangeEnd::kResumable;
  };

  size_t open_count() const { return ranges_.size() - settled_count_; }
  const Range& At(RangeId id) const;
  // REQUIRES: it has references.
  Range& Open(RangeId id);
  void ForgetSettled();

  const size_t max_open_;
  // Oldest first. Those before `settled_count_` are behind the frontier and wait to be forgotten
  // together (a deque would cost each idle file half a KiB); the one at it is the range `first_`.
  std::vector<Range> ranges_;
  size_t settled_count_ = 0;
  RangeId first_;
  int64_t frontier_bytes_;
  int64_t end_bytes_;
  Anchor frontier_anchor_;
};

}  // namespace tailrace
