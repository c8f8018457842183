#include "agent/base/strong_id.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "absl/container/flat_hash_set.h"

namespace tailrace {
namespace {

static_assert(!std::is_convertible_v<FileId, RangeId>);
static_assert(!std::is_convertible_v<FileId, uint32_t>);
static_assert(!std::is_convertible_v<uint32_t, FileId>);
static_assert(sizeof(SinkId) == sizeof(uint16_t));

TEST(StrongId, OrdersByItsNumber) {
  EXPECT_LT(RangeId(1), RangeId(2));
  EXPECT_EQ(RangeId(1).next(), RangeId(2));
  EXPECT_EQ(RangeId().value(), 0u);
}

TEST(StrongId, IsAKeyOfAHashSet) {
  const absl::flat_hash_set<FileId> ids = {FileId(1), FileId(2), FileId(1)};
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_TRUE(ids.contains(FileId(2)));
}

}  // namespace
}  // namespace tailrace
