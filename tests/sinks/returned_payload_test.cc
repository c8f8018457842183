#include "sinks/returned_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace tailrace {
namespace {

using testing::ElementsAre;

// Items "a\n", "b\n", ...: the first two need ranges 1 and 2, the third 2, the others 3.
PayloadPtr FiveItems() {
  auto payload = std::make_unique<Payload>();
  payload->sink = SinkId(4);
  payload->charged_bytes = 1000;
  const std::pair<uint32_t, uint32_t> needs[] = {{0, 2}, {0, 2}, {1, 1}, {2, 1}, {2, 1}};
  for (size_t i = 0; i < 5; ++i) {
    PayloadItem item;
    item.offset = static_cast<uint32_t>(payload->bytes.size());
    item.length = 2;
    item.first_range = needs[i].first;
    item.range_count = needs[i].second;
    payload->bytes.Append(std::string(1, static_cast<char>('a' + i)) + "\n");
    payload->items.push_back(item);
  }
  for (const uint64_t n : {1, 2, 3}) payload->ranges.push_back({FileId(7), RangeId(n)});
  return payload;
}

std::vector<uint64_t> Numbers(const std::vector<RangeRef>& ranges) {
  std::vector<uint64_t> numbers;
  for (const RangeRef& ref : ranges) numbers.push_back(ref.range.value());
  return numbers;
}

std::vector<uint64_t> NeedsOf(const Payload& payload, size_t item) {
  const PayloadItem& needs = payload.items[item];
  const auto first = payload.ranges.begin() + needs.first_range;
  return Numbers({first, first + needs.range_count});
}

TEST(ReturnedPayload, WholeItNamesEveryRangeForTheWorkerToTakeAnew) {
  const Settlement settlement = ReturnWhole(FiveItems());
  EXPECT_EQ(settlement.sink, SinkId(4));
  EXPECT_THAT(Numbers(settlement.released), ElementsAre(1, 2, 3));
  EXPECT_THAT(Numbers(settlement.returned->ranges), ElementsAre(1, 2, 3));
  EXPECT_EQ(settlement.returned->bytes.view(), "a\nb\nc\nd\ne\n");
  EXPECT_EQ(settlement.delivered_items + settlement.dropped_items, 0u);
}

TEST(ReturnedPayload, InPartItHoldsTheOpenItemsAndTheirRangesAlone) {
  PayloadPtr payload = FiveItems();
  OpenRanges ranges(*payload);
  std::vector<RangeRef> released;
  ranges.Settle(payload->items[0], released);
  ranges.Settle(payload->items[3], released);
  ASSERT_TRUE(released.empty());
  const Settlement settlement = ReturnItems(std::move(payload), {1, 2, 4}, ranges);
  const Payload& returned = *settlement.returned;
  EXPECT_EQ(returned.bytes.view(), "b\nc\ne\n");
  EXPECT_THAT(NeedsOf(returned, 0), ElementsAre(1, 2));
  EXPECT_THAT(NeedsOf(returned, 1), ElementsAre(2));
  EXPECT_THAT(NeedsOf(returned, 2), ElementsAre(3));
  // Each of the payload's references goes once; those of the returned one are new.
  EXPECT_THAT(Numbers(settlement.released), testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(returned.charged_bytes, 1000);
  EXPECT_EQ(returned.sink, SinkId(4));
}

TEST(ReturnedPayload, OfTwoPartsTheLastLetsGoOfASharedRange) {
  PayloadPtr payload = FiveItems();
  OpenRanges ranges(*payload);
  auto half = std::make_unique<Payload>();
  half->bytes.Append(payload->bytes.view());
  half->items = payload->items;
  const Settlement first = ReturnItems(std::move(half), {0, 1}, ranges);
  EXPECT_THAT(Numbers(first.released), ElementsAre(1));
  EXPECT_THAT(Numbers(first.returned->ranges), ElementsAre(1, 2));
  const Settlement second = ReturnItems(std::move(payload), {2, 3, 4}, ranges);
  EXPECT_THAT(Numbers(second.released), ElementsAre(2, 3));
}

}  // namespace
}  // namespace tailrace
