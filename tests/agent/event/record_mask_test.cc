#include "agent/event/record_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace tailrace {
namespace {

RecordMask Of(std::initializer_list<size_t> records) {
  RecordMask mask;
  for (const size_t record : records) mask.Add(record);
  return mask;
}

std::vector<size_t> Listed(const RecordMask& mask) {
  std::vector<size_t> records;
  mask.ForEach([&](size_t record) { records.push_back(record); });
  return records;
}

TEST(RecordMask, FirstOnesAreTheRecordsBelowACount) {
  for (const size_t count : {0, 1, 63, 64, 65, 128, 200, 255, 256}) {
    const RecordMask mask = RecordMask::FirstOnes(count);
    EXPECT_EQ(mask.size(), count);
    EXPECT_EQ(mask.empty(), count == 0);
    for (size_t record = 0; record < kBatchRecordsMax; ++record) {
      EXPECT_EQ(mask.Has(record), record < count) << record << " of " << count;
    }
  }
}

TEST(RecordMask, ListsWhatWasAddedInOrder) {
  RecordMask mask = Of({255, 0, 64, 63, 130});
  EXPECT_THAT(Listed(mask), testing::ElementsAre(0, 63, 64, 130, 255));
  mask.Remove(64);
  mask.Remove(1);
  EXPECT_THAT(Listed(mask), testing::ElementsAre(0, 63, 130, 255));
}

TEST(RecordMask, IsASet) {
  RecordMask mask = Of({1, 70, 200});
  mask |= Of({2, 70});
  EXPECT_EQ(mask, Of({1, 2, 70, 200}));
  mask -= Of({1, 3});
  EXPECT_EQ(mask, Of({2, 70, 200}));
  mask &= Of({2, 200, 201});
  EXPECT_EQ(mask, Of({2, 200}));
}

}  // namespace
}  // namespace tailrace
