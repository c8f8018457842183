#include "sinks/returned_payload.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

Settlement ReturnWhole(PayloadPtr payload) {
  Settlement settlement;
  settlement.sink = payload->sink;
  settlement.released = payload->ranges;
  settlement.returned = std::move(payload);
  return settlement;
}

Settlement ReturnItems(PayloadPtr payload, const std::vector<size_t>& indexes, OpenRanges& ranges) {
  CHECK(!indexes.empty());
  Settlement settlement;
  settlement.sink = payload->sink;
  auto left = std::make_unique<Payload>();
  left->sink = payload->sink;
  // Neighbours mostly need the same ranges: these are named once, as an encoder names them.
  std::vector<RangeRef> before;
  for (const size_t index : indexes) {
    PayloadItem item = payload->items[index];
    const std::string_view bytes = payload->bytes.view().substr(item.offset, item.length);
    std::vector<RangeRef> needed = ranges.Of(item);
    ranges.Settle(item, settlement.released);
    if (left->items.empty() || needed != before) {
      item.first_range = static_cast<uint32_t>(left->ranges.size());
      left->ranges.insert(left->ranges.end(), needed.begin(), needed.end());
    } else {
      item.first_range = left->items.back().first_range;
    }
    item.offset = static_cast<uint32_t>(left->bytes.size());
    left->bytes.Append(bytes);
    left->items.push_back(item);
    before = std::move(needed);
  }
  left->charged_bytes = payload->charged_bytes;
  settlement.returned = std::move(left);
  return settlement;
}

}  // namespace tailrace
