// A Seam ties ranges of several ledgers together: those of the generations of one log that a record
// spans. Beginning to read in the middle of it would make a record of a part, so the frontiers of
// these files pass their parts of it in one step, and thereby in one checkpoint.
//
//   0.log.1   ... | P     |          the record's first piece lies in the last range,
//   0.log             | F ... | ...  its last one in the first: the seam holds both of them
//
// Invariants
//   (1) It gives its references back all at once, when nothing else keeps the frontiers of these
//       files from passing the ranges that it ties.
//
// Threads    Not thread-safe. Owned by the worker of the log.
// Bounds     A few ranges for each rotation that falls between two pieces.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "agent/state/ack_ledger.h"

namespace tailrace {

class Seam {
 public:
  // Takes over one reference to `range`.
  void Hold(RangeRef range) { ranges_.push_back(range); }
  bool empty() const { return ranges_.empty(); }

  // Whether the frontiers would pass what it ties if it let go. `ledger_of` is called with a
  // FileId and returns the ledger.
  template <typename LedgerOf>
  bool Settled(LedgerOf&& ledger_of) const {
    return std::all_of(ranges_.begin(), ranges_.end(), [&](const RangeRef& range) {
      return PassesBut(ledger_of(range.file), range);
    });
  }

  // The references, for the caller to release one after the other. The seam is empty then.
  std::vector<RangeRef> TakeAll() { return std::exchange(ranges_, {}); }

 private:
  bool PassesBut(const AckLedger& ledger, RangeRef range) const {
    for (RangeId id = ledger.first_open(); id != ledger.next_open(); id = id.next()) {
      if (ledger.references(id) != HeldOf({range.file, id})) return false;
      if (id >= range.range && ledger.end(id) == RangeEnd::kResumable) return true;
    }
    return true;
  }
  uint32_t HeldOf(RangeRef range) const {
    return static_cast<uint32_t>(
        std::count_if(ranges_.begin(), ranges_.end(), [&](const RangeRef& held) {
          return held.file == range.file && held.range == range.range;
        }));
  }

  std::vector<RangeRef> ranges_;
};

}  // namespace tailrace
