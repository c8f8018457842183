// What a worker tells the reader. One ring a worker; the reader drains them before every read.
//
// Threads    Made by one worker (or by the control thread: kStop), consumed by the reader.
// Ordering   After kRewind the reader reads nothing of that file until kResume. Segments of the
//            file that were already under way are discarded by the worker, which knows the offset
//            that it expects.
#pragma once

#include <cstdint>

#include "agent/base/strong_id.h"
#include "agent/event/slab.h"

namespace tailrace {

struct ReaderCommand {
  enum class Kind : uint8_t {
    kFreeSlab,  // `slab` is empty again.
    kPause,     // The sinks of `file` have no room: read no more of it until kResume.
    kRewind,    // As kPause, and what was read from `offset` on was handed back untouched: the
                // read position goes back there, and those bytes count as not read.
    kResume,    // There is room again.
    kClosed,    // The worker has taken the kEnd of `file`: nothing of it will be handed back.
    kStop,      // Send kEndOfInput to every worker and end.
  };
  Kind kind = Kind::kFreeSlab;
  FileId file;
  int64_t offset = 0;
  SlabPtr slab;
};

}  // namespace tailrace
