#include "agent/state/seam.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

constexpr FileId kOlder(1), kNewer(2);

// Two generations; a record's first piece lies in the older one's second range, its last one in
// the newer one's first. Each range has the reference of its batch.
class SeamTest : public testing::Test {
 protected:
  SeamTest() {
    before_ = *older_.TryOpen(10, {});
    first_piece_ = *older_.TryOpen(20, {}, RangeEnd::kInsideRecord);
    last_piece_ = *newer_.TryOpen(5, {});
    older_.AddRef(first_piece_);
    newer_.AddRef(last_piece_);
    seam_.Hold({kOlder, first_piece_});
    seam_.Hold({kNewer, last_piece_});
  }

  bool Settled() const {
    return seam_.Settled(
        [this](FileId file) -> const AckLedger& { return file == kOlder ? older_ : newer_; });
  }

  AckLedger older_{0, {}, 8}, newer_{0, {}, 8};
  RangeId before_, first_piece_, last_piece_;
  Seam seam_;
};

TEST_F(SeamTest, HoldsUntilBothSidesAreSettled) {
  EXPECT_FALSE(Settled());
  newer_.Release(last_piece_);
  EXPECT_FALSE(Settled());
  older_.Release(first_piece_);
  EXPECT_FALSE(Settled());
  EXPECT_EQ(newer_.frontier_bytes(), 0);
  older_.Release(before_);
  EXPECT_TRUE(Settled());
  for (const RangeRef& range : seam_.TakeAll()) {
    (range.file == kOlder ? older_ : newer_).Release(range.range);
  }
  EXPECT_TRUE(seam_.empty());
  EXPECT_EQ(older_.frontier_bytes(), 20);
  EXPECT_EQ(newer_.frontier_bytes(), 5);
}

TEST_F(SeamTest, WaitsForWhatFollowsAnEndInsideAnotherRecord) {
  const RangeId inside = *newer_.TryOpen(8, {}, RangeEnd::kInsideRecord);
  const RangeId behind = *newer_.TryOpen(9, {});
  newer_.AddRef(inside);
  seam_.Hold({kNewer, inside});
  older_.Release(before_);
  older_.Release(first_piece_);
  newer_.Release(last_piece_);
  newer_.Release(inside);
  // The newer frontier could not pass the seam yet, so the older one must not either.
  EXPECT_FALSE(Settled());
  newer_.Release(behind);
  EXPECT_TRUE(Settled());
}

TEST_F(SeamTest, WaitsForARecordThatIsStillHeld) {
  older_.AddRef(first_piece_);
  older_.Release(before_);
  older_.Release(first_piece_);
  newer_.Release(last_piece_);
  EXPECT_FALSE(Settled());
  older_.Release(first_piece_);
  EXPECT_TRUE(Settled());
}

}  // namespace
}  // namespace tailrace
