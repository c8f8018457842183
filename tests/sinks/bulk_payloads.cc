#include "tests/sinks/bulk_payloads.h"

#include <gtest/gtest.h>

#include <charconv>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr uint64_t kItemsARange = 3;  // Items 0..2 need the first range, and so on.
constexpr std::string_view kDocument = "{\"n\":";

uint64_t NumberIn(std::string_view document) {
  uint64_t number = 0;
  EXPECT_TRUE(document.starts_with(kDocument)) << document;
  std::from_chars(document.data() + kDocument.size(), document.data() + document.size(), number);
  EXPECT_EQ(document, Concat({kDocument, std::to_string(number), "}"}));
  return number;
}

}  // namespace

std::string IdOf(uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(28 - digits.size(), '_') + digits;
}

PayloadPtr MakeBulkPayload(uint64_t first, uint64_t count, std::string_view index) {
  auto payload = std::make_unique<Payload>();
  for (uint64_t n = first; n < first + count; ++n) {
    PayloadItem item;
    item.offset = static_cast<uint32_t>(payload->bytes.size());
    payload->bytes.Append(
        Concat({R"({"create":{"_index":")", index, R"(","_id":")", IdOf(n), "\"}}\n"}));
    item.body_offset = static_cast<uint32_t>(payload->bytes.size()) - item.offset;
    payload->bytes.Append(Concat({kDocument, std::to_string(n), "}\n"}));
    item.length = static_cast<uint32_t>(payload->bytes.size()) - item.offset;
    const uint64_t position = n - first;
    if (position % kItemsARange == 0) payload->ranges.push_back({FileId(1), RangeId(n)});
    // The last one that shares a range also needs the one before, as a joined record does.
    const bool joined = position % kItemsARange == kItemsARange - 1 && payload->ranges.size() > 1;
    item.range_count = joined ? 2 : 1;
    item.first_range = static_cast<uint32_t>(payload->ranges.size()) - item.range_count;
    payload->items.push_back(item);
  }
  payload->charged_bytes =
      static_cast<int64_t>(payload->bytes.size() + payload->items.size() * sizeof(PayloadItem));
  return payload;
}

std::vector<uint64_t> NumbersOf(std::string_view body) {
  std::vector<uint64_t> numbers;
  while (!body.empty()) {
    const size_t action_end = body.find('\n');
    const size_t end = body.find('\n', action_end + 1);
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "half an item: " << body;
      return numbers;
    }
    const std::string_view action = body.substr(0, action_end);
    numbers.push_back(NumberIn(body.substr(action_end + 1, end - action_end - 1)));
    EXPECT_NE(action.find(IdOf(numbers.back())), std::string_view::npos) << action;
    body.remove_prefix(end + 1);
  }
  return numbers;
}

std::string BulkAnswer(const std::vector<int>& statuses) {
  std::string items;
  bool errors = false;
  for (const int status : statuses) {
    if (!items.empty()) items += ',';
    items += Concat({R"({"create":{"status":)", std::to_string(status)});
    if (status >= 300) {
      errors = true;
      items += Concat(
          {R"(,"error":{"type":"type_)", std::to_string(status), R"(","reason":"scripted"})"});
    }
    items += "}}";
  }
  return Concat({R"({"errors":)", errors ? "true" : "false", R"(,"items":[)", items, "]}"});
}

std::string AllCreated(size_t items) { return BulkAnswer(std::vector<int>(items, 201)); }

void BulkLedger::Enter(const Payload& payload) {
  entered_ += payload.items.size();
  charged_bytes_ += payload.charged_bytes;
  for (const RangeRef& ref : payload.ranges) ++open_ranges_[ref.range.value()];
}

SettleFn BulkLedger::Into() {
  return [this](size_t, Settlement settlement) { Take(std::move(settlement)); };
}

void BulkLedger::Take(Settlement settlement) {
  ++settlements_;
  delivered_ += settlement.delivered_items;
  for (const RejectedItem& item : settlement.rejected) {
    // The worker takes its reference while the payload still holds one.
    EXPECT_FALSE(item.ranges.empty());
    for (const RangeRef& ref : item.ranges) EXPECT_EQ(open_ranges_[ref.range.value()], 1);
    EXPECT_TRUE(rejected_.emplace(NumberIn(item.document), item.reason).second) << item.document;
  }
  for (const RangeRef& ref : settlement.released) {
    EXPECT_EQ(open_ranges_[ref.range.value()]--, 1) << "range " << ref.range.value();
  }
  if (settlement.recycled == nullptr) return;
  EXPECT_GE(settlement.recycled->charged_bytes, 0);
  charged_bytes_ -= settlement.recycled->charged_bytes;
}

void BulkLedger::ExpectAllSettled() const {
  EXPECT_EQ(delivered_ + rejected_.size(), entered_);
  EXPECT_EQ(charged_bytes_, 0);
  for (const auto& [range, held] : open_ranges_) EXPECT_EQ(held, 0) << "range " << range;
}

}  // namespace tailrace
