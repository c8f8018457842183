// What the verdicts of one answer make of a job: what is settled, and the jobs that go on.
//
// Invariants
//   (1) Every item of the job is settled or in one of the jobs that go on, never both.
//   (2) Each range is released once, with the last of its items, of whichever job.
//
// Threads    Owned by one lane.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/bulk_answer.h"
#include "sinks/bulk_job.h"
#include "sinks/payload.h"

namespace tailrace {

struct BulkOutcome {
  size_t worker = 0;
  Settlement settlement;
  uint64_t delivered_bytes = 0;     // Of the documents that it says were delivered.
  BulkJobPtr refused;               // For now; the caller says when it is sent again.
  std::vector<BulkJobPtr> smaller;  // To be sent again at once, in these smaller requests.

  bool has_settlement() const {
    return settlement.recycled != nullptr || settlement.delivered_items > 0 ||
           !settlement.rejected.empty();
  }
};

// Every item of the job was delivered.
BulkOutcome SettleDelivered(BulkJobPtr job);

// Those at `indexes` (ascending) were delivered; the others stay in a job, which is `refused`.
BulkOutcome SettleFound(BulkJobPtr job, const std::vector<size_t>& indexes);

// REQUIRES: a verdict for each item.
BulkOutcome SettleVerdicts(BulkJobPtr job, std::span<const ItemVerdict> verdicts);

// Every item is rejected with `reason`.
BulkOutcome SettleRejected(BulkJobPtr job, std::string_view reason);

}  // namespace tailrace
