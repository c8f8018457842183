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
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "sinks/bulk_lookup.h"
#include "sinks/payload.h"

namespace tailrace {

// How many items that are not settled need each range of one payload.
class OpenRanges {
 public:
  // Takes the payload's ranges. REQUIRES: none of its items is settled.
  explicit OpenRanges(Payload& payload);

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
  // Null as long as the job is a whole payload.
  std::shared_ptr<OpenRanges> ranges;
  bool sent_before = false;
  bool sent_plain = false;  // The next attempt is uncompressed, to see whether that helps.
  // The connection went stale under the last attempt: what follows was already a second one.
  bool resent = false;
  int attempts = 0;            // That failed, of all or of some of its items.
  MonotonicTime not_before{};  // When it may be sent again.
  // When the request that it was a part of was first refused as a whole with 400.
  std::optional<MonotonicTime> unreadable_since;
  // Of the first attempt that the server may have acted on without saying so.
  std::optional<int64_t> doubtful_since_wall_nanos;
  // Of what that attempt has left behind, as far as it has got.
  std::unique_ptr<BulkLookup> lookup;

  // The ranges, counted from now on.
  OpenRanges& CountRanges();
  // The item's bytes behind its action line, with the newline at their end.
  std::string_view DocumentOf(const PayloadItem& item) const;
};

using BulkJobPtr = std::unique_ptr<BulkJob>;

BulkJobPtr MakeBulkJob(size_t worker, PayloadPtr payload);

// Takes the items at `indexes` (ascending) to a job of their own, their bytes copied, with their
// part of the charge. `job` is given up or cut by the caller, who lists them there no more.
BulkJobPtr TakeItems(BulkJob& job, const std::vector<size_t>& indexes);

// Moves the second half of the items to a job of their own, and cuts them off `job`.
// REQUIRES: at least two items.
BulkJobPtr SplitOff(BulkJob& job);

}  // namespace tailrace
