#include "sinks/local_sink_links.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tailrace {

void WaitForWake(int wake_fd, std::chrono::milliseconds timeout) {
  if (timeout <= std::chrono::milliseconds(0)) return;
  pollfd waited{wake_fd, POLLIN, 0};  // poll(2) skips a negative descriptor.
  // An EINTR ends the wait early, which every caller's loop copes with.
  poll(&waited, 1, static_cast<int>(std::min<int64_t>(timeout.count(), INT32_MAX)));
}

uint64_t DocumentBytes(const Payload& payload) {
  uint64_t bytes = 0;
  for (const PayloadItem& item : payload.items) bytes += item.length - item.body_offset;
  return bytes;
}

Settlement SettleWhole(PayloadPtr payload, SinkCounters& counters) {
  Settlement settlement;
  settlement.sink = payload->sink;
  settlement.delivered_items = payload->items.size();
  settlement.released = std::move(payload->ranges);
  counters.delivered.Add(settlement.delivered_items);
  counters.delivered_bytes.Add(DocumentBytes(*payload));
  settlement.recycled = std::move(payload);
  return settlement;
}

}  // namespace tailrace
