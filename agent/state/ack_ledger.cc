#include "agent/state/ack_ledger.h"

#include "agent/base/check.h"

namespace tailrace {
namespace {

// What an idle ledger keeps: 512 bytes. Files that are read in small steps never allocate again.
constexpr size_t kKeptCapacity = 16;

}  // namespace

AckLedger::AckLedger(int64_t start_bytes, Anchor anchor, size_t max_open)
    : max_open_(max_open),
      frontier_bytes_(start_bytes),
      end_bytes_(start_bytes),
      frontier_anchor_(anchor) {}

std::optional<RangeId> AckLedger::TryOpen(int64_t end_bytes, Anchor anchor, RangeEnd end) {
  CHECK(end_bytes > end_bytes_);
  if (full()) return std::nullopt;
  const RangeId id = next_open();
  ranges_.push_back({end_bytes, anchor, 1, end});
  end_bytes_ = end_bytes;
  return id;
}

void AckLedger::MarkEndResumable() {
  // Without an open range the frontier is there already.
  if (!idle()) ranges_.back().end = RangeEnd::kResumable;
}

void AckLedger::AddRef(RangeId id) {
  Range& range = Open(id);
  ++range.references;
  CHECK(range.references != 0);
}

bool AckLedger::Release(RangeId id) {
  Range& range = Open(id);
  if (--range.references > 0 || id != first_) return false;
  const int64_t frontier_before = frontier_bytes_;
  while (settled_count_ < ranges_.size() && ranges_[settled_count_].references == 0) {
    const Range& settled = ranges_[settled_count_];
    ++settled_count_;
    first_ = first_.next();
    if (settled.end == RangeEnd::kResumable || idle()) {
      frontier_bytes_ = settled.end_bytes;
      frontier_anchor_ = settled.anchor;
    }
  }
  ForgetSettled();
  return frontier_bytes_ != frontier_before;
}

const AckLedger::Range& AckLedger::At(RangeId id) const {
  CHECK(id >= first_ && id < next_open());
  return ranges_[settled_count_ + (id.value() - first_.value())];
}

AckLedger::Range& AckLedger::Open(RangeId id) {
  CHECK(id >= first_ && id < next_open());
  Range& range = ranges_[settled_count_ + (id.value() - first_.value())];
  // A range between open ones whose last reference is gone stays until the frontier passes it.
  CHECK(range.references > 0);
  return range;
}

void AckLedger::ForgetSettled() {
  if (idle()) {
    ranges_.clear();
    settled_count_ = 0;
    if (ranges_.capacity() > kKeptCapacity) ranges_.shrink_to_fit();
  } else if (settled_count_ > open_count()) {  // Each move of an element is paid by a settled one.
    ranges_.erase(ranges_.begin(), ranges_.begin() + static_cast<ptrdiff_t>(settled_count_));
    settled_count_ = 0;
  }
}

}  // namespace tailrace
