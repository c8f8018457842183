// A ReaderLink is a worker's side of the reader: commands that go there, and the slabs that are
// being worked on, which go back when their last byte is no longer needed.
//
// Threads    Owned by one worker.
// Bounds     At most as many slabs as the reader's pool has; commands wait here while the ring is
//            full, at most a few a file.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "agent/event/reader_command.h"
#include "agent/pipeline/worker_file.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"

namespace tailrace {

class ReaderLink {
 public:
  ReaderLink(SpscRing<SlabPtr>& slabs, SpscRing<ReaderCommand>& commands, Doorbell& reader_bell);

  // The next slab, with one pin; null when there is none.
  OpenSlab* NextSlab();
  void Pin(OpenSlab* slab) { ++slab->pins; }
  // Drops one pin; with the last one the slab goes back to the reader.
  void Unpin(OpenSlab* slab);
  bool HasSlabs() const { return slabs_.SizeApprox() > 0; }

  void Send(ReaderCommand::Kind kind, FileId file, int64_t offset = 0);
  // Moves waiting commands on. Call once a round.
  void Flush();

 private:
  SpscRing<SlabPtr>& slabs_;
  SpscRing<ReaderCommand>& commands_;
  Doorbell& reader_bell_;
  std::vector<std::unique_ptr<OpenSlab>> open_;
  std::deque<ReaderCommand> waiting_;
};

}  // namespace tailrace
