// What a worker puts in the ring to a lane: a payload, or the word that no more will come.
//
// Threads    Made by one worker, consumed by one lane.
#pragma once

#include <type_traits>

#include "agent/base/clock.h"
#include "sinks/payload.h"

namespace tailrace {

struct LaneMessage {
  PayloadPtr payload;        // Null: this worker sends nothing more.
  MonotonicTime drain_by{};  // Only with a null payload: what is not settled by then is abandoned.
};

static_assert(std::is_nothrow_move_constructible_v<LaneMessage>);
static_assert(std::is_nothrow_move_constructible_v<Settlement>);

}  // namespace tailrace
