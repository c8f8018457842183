// The reader's ends of what joins it to the other threads.
//
// Threads    Plain values; the reader's thread uses them.
// Ownership  Rings and doorbells belong to whoever put the threads together, and outlive them.
#pragma once

#include <vector>

#include "agent/base/heartbeat.h"
#include "agent/event/reader_command.h"
#include "agent/event/slab.h"
#include "agent/tail/reader_reload.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"

namespace tailrace {

struct WorkerPort {
  SpscRing<SlabPtr>* slabs = nullptr;  // To the worker; `doorbell` is rung after a push.
  Doorbell* doorbell = nullptr;        // The worker's own.
  SpscRing<ReaderCommand>* commands =
      nullptr;  // From the worker, which rings ReaderPorts::doorbell.
};

struct ReaderPorts {
  std::vector<WorkerPort> workers;               // A file goes to workers[lineage % size].
  SpscRing<ReaderCommand>* control = nullptr;    // kStop, from the control thread.
  SpscRing<ReaderReloadPtr>* reloads = nullptr;  // From there, too; null: there will be none.
  Doorbell* doorbell = nullptr;                  // The reader's own.
  Heartbeat* heartbeat = nullptr;                // The reader's own, once a round and more often.
};

}  // namespace tailrace
