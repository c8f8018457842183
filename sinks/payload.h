// A Payload is a sealed run of encoded records on its way to one sink. It is built by a worker,
// delivered by the sink's lane, and comes back to the worker as a Settlement.
//
// Invariants
//   (1) items are in the order of their bytes and do not overlap; bytes between them (none today)
//       belong to no item.
//   (2) Each entry of `ranges` stands for one reference in that file's ledger, taken by the worker
//       when it encoded. An item needs ranges[first_range .. first_range + range_count).
//
// Threads    Owned by one thread at a time; crosses rings by PayloadPtr.
// Ownership  Whoever holds the payload owns its references; a lane neither adds nor drops one, it
//            names in Settlement::released those that no open item needs any more.
// Bounds     `charged_bytes` of the sink's MemoryBudget are held until the bytes are freed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/record_batch.h"
#include "sinks/grow_buffer.h"

namespace tailrace {

struct PayloadItem {
  uint32_t offset = 0;  // Of its first byte in `bytes`.
  uint32_t length = 0;
  uint32_t body_offset = 0;  // Of the document within the item: behind the action line of a _bulk.
  uint32_t first_range = 0;
  uint32_t range_count = 0;
};

struct Payload {
  SinkId sink;
  GrowBuffer bytes;
  std::vector<PayloadItem> items;
  std::vector<RangeRef> ranges;
  int64_t charged_bytes = 0;

  void Clear() {
    bytes.clear();
    items.clear();
    ranges.clear();
  }
};

using PayloadPtr = std::unique_ptr<Payload>;

// An item that the sink will never take.
struct RejectedItem {
  std::string document;  // As it was sent, without the action line.
  std::string reason;  // "mapper_parsing_exception: failed to parse field [x] ...", at most 1 KiB.
  // What the record needs: the worker takes a reference in each for the dead letter, before it
  // drops those of Settlement::released.
  std::vector<RangeRef> ranges;
};

// What a lane tells the worker whose payload it was. One payload may have several.
struct Settlement {
  SinkId sink;
  std::vector<RangeRef> released;  // Each is one reference that the worker drops.
  std::vector<RejectedItem> rejected;
  uint64_t delivered_items = 0;
  uint64_t dropped_items = 0;  // `when_full: drop` of dead letters, counted by the lane.
  PayloadPtr recycled;         // The payload's shell when it is done, its charge still on.
  // From a client that was given up (SinkClient::GiveUp): items without a verdict. As for rejected
  // ones, the worker takes a reference for each of its ranges before it drops those of `released`.
  PayloadPtr returned;
};

}  // namespace tailrace
