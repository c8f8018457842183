// What a client that is given up still holds, as the settlement that brings it back to its worker:
// a payload of the items that have no verdict, which any client of the same kind can be given.
//
// Threads    Owned by one lane.
// Cost       A copy of the bytes where items are missing; once a payload that is open at the end.
#pragma once

#include <cstddef>
#include <vector>

#include "sinks/bulk_job.h"
#include "sinks/payload.h"

namespace tailrace {

// None of its items has a verdict.
Settlement ReturnWhole(PayloadPtr payload);

// The items at `indexes` (ascending) have none. They are settled in `ranges`, whose ranges go to
// the worker with the last of their items.
// REQUIRES: at least one index; `ranges` counts the items of `payload`.
Settlement ReturnItems(PayloadPtr payload, const std::vector<size_t>& indexes, OpenRanges& ranges);

}  // namespace tailrace
