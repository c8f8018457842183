// Everything that a worker knows of one generation of one file.
//
// Threads    Owned by one worker.
// Bounds     About 600 bytes and the templates of its routes when it is idle.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "agent/event/slab.h"
#include "agent/event/stream.h"
#include "agent/pipeline/file_events.h"
#include "agent/pipeline/file_windows.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/tail_bytes.h"
#include "agent/state/ack_ledger.h"
#include "parsers/framer.h"

namespace tailrace {

// A slab that is being worked on, and how many parked segments still need its bytes.
struct OpenSlab {
  SlabPtr slab;
  uint32_t pins = 0;
};

struct ParkedSegment {
  OpenSlab* slab = nullptr;
  Segment segment;  // What is left of it.
};

struct WorkerFile {
  WorkerFile(FileId file_id, FileOpened opened, StreamBinding routes, const FramerOptions& framing,
             int64_t offset, size_t max_open_ranges)
      : id(file_id),
        stream(std::move(opened.stream)),
        predecessor(opened.predecessor),
        predecessor_end(opened.predecessor_end),
        binding(std::move(routes)),
        events(binding),
        windows(binding),
        framer(file_id, framing, offset, &held),
        ledger(offset, opened.anchor, max_open_ranges) {}

  // What is held of lines and events that have not ended, and of what summaries will stand for.
  size_t HeldBytes() const {
    return framer.carry_bytes() + held.held_bytes() + events.held_bytes() + windows.held_bytes();
  }

  const FileId id;
  StreamInfoPtr stream;
  std::optional<FileId> predecessor;  // Until this file begins, behind that one.
  int64_t predecessor_end = 0;
  StreamBinding binding;
  FileEvents events;
  FileWindows windows;
  HeldPieces held;  // Of records that have not ended; its framer's.
  Framer framer;
  AckLedger ledger;
  TailBytes tail;  // Of what was framed, for anchors.

  bool waiting = false;      // For room; the reader was told to pause or to go back.
  bool handed_back = false;  // ... to go back: what comes until kResume is discarded.
  std::optional<ParkedSegment> parked;
  // Handed back, and nothing of it has come since: it may be the rest of a held piece.
  bool rereads = false;
  // For how long what is held was on its way here, at most, behind the time that it was read at.
  int64_t held_delay_nanos = 0;
  FramerSkips counted_skips;
  int64_t known_bytes = 0;  // How long the reader saw the file to be.
  bool ended = false;       // kEnd was taken.
  bool gone = false;        // kGone was taken: forget it when it is settled.
  bool left = false;        // kLeave was taken: what is held stays held, and the stored entry ends
                            // after its time unless kReturn comes.
  bool dirty = true;        // The state thread should hear of it.
};

}  // namespace tailrace
