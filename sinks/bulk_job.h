// A BulkJob is a payload, or what is left of one, that an Elasticsearch sink still has to deliver.
// It is sent whole; what the server refuses for now becomes a job of its own, and a request that
// is too large, or that the server cannot read, is split until the item that is to blame is found.
//
// Invariants
//   (1) All jobs that came from one payload share its OpenRanges, in which every item that is in
//       some job is counted, once for each range that it needs.
//   (2) The charges of the jobs and shells that came from one payload add up to that payload's.
//
// Threads    Owned by one lane.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "agent/base/clock.h"
#include "sinks/payload.h"

namespace tailrace {

// How many items that are not settled need each range of one payload.
class OpenRanges {
 public:
  explicit OpenRanges(const Payload& payload);

  // `item` is settled: names in `released` the ranges that nobody needs any more.
  void Settle(const PayloadItem& item, std::vector<RangeRef>& released);
  // The ranges that `item` needs.
  std::vector<RangeRef> Of(const PayloadItem& item) const;

 private:
  std::vector<RangeRef> ranges_;
  std::vector<uint32_t> open_;  // By position in ranges_.
};

struct BulkJob {
  size_t worker = 0;
  PayloadPtr payload;
  std::shared_ptr<OpenRanges> ranges;
  bool sent_before = false;
  int attempts = 0;            // Of its items, that were refused for now.
  MonotonicTime not_before{};  // When they may be sent again.
};

using BulkJobPtr = std::unique_ptr<BulkJob>;

BulkJobPtr MakeBulkJob(size_t worker, PayloadPtr payload);

// Moves the items at `indexes` (ascending) to a job of their own, bytes and charge included. The
// other items stay in `job`, whose own bytes stay as they are.
BulkJobPtr TakeItems(BulkJob& job, const std::vector<size_t>& indexes);

// Moves the second half of the items to a job of their own, and cuts them off `job`.
// REQUIRES: at least two items.
BulkJobPtr SplitOff(BulkJob& job);

}  // namespace tailrace
