// SlabWriter fills slabs for each worker and sends them when they are full, or old.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     `max_slabs` slabs in all; kSlabSegmentsMax segments in one; one full slab a worker
//            waits for room in its ring, and until then nothing more is taken for that worker.
// Ordering   Segments for one worker arrive in the order in which they were appended.
// Failure    Without a slab Space is empty and Append false: the caller tries again later.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "agent/base/clock.h"
#include "agent/event/slab.h"
#include "agent/tail/worker_port.h"

namespace tailrace {

inline constexpr std::chrono::milliseconds kSlabAgeMax{5};
inline constexpr size_t kSlabSegmentsMax = 4096;

class SlabWriter {
 public:
  SlabWriter(std::vector<WorkerPort> ports, size_t max_slabs);

  // Room to read into, at least `min_bytes`, which AppendData then makes a segment of. Empty when
  // there is no slab.
  // REQUIRES: min_bytes <= kSlabBytes.
  std::span<char> Space(uint32_t worker, size_t min_bytes, MonotonicTime now);
  // The first `bytes` of the last Space are `segment`, a kData.
  void AppendData(uint32_t worker, Segment segment, size_t bytes);
  // A segment without bytes. False, with nothing done, when there is no slab.
  [[nodiscard]] bool Append(uint32_t worker, Segment segment, MonotonicTime now);

  // A worker has emptied it.
  void TakeBack(SlabPtr slab) { pool_.Release(std::move(slab)); }
  // Frees slabs that were not needed since this was called last.
  void Trim() { pool_.Trim(ports_.size()); }
  // Of all slabs, wherever they are.
  size_t slab_bytes() const { return pool_.made() * (kSlabBytes + kSlabPaddingBytes); }

  // Sends what is older than kSlabAgeMax, and what waits for room.
  void SendOld(MonotonicTime now);
  void SendAll();
  // When SendOld next has something to do.
  MonotonicTime next_send() const;
  bool all_sent() const;
  size_t workers() const { return ports_.size(); }

 private:
  struct Lane {
    SlabPtr current;
    SlabPtr waiting;  // Full, and the ring had no room.
    MonotonicTime begun{};
  };
  // `current` is usable: there is one, with room for `min_bytes` and one segment.
  bool Ready(uint32_t worker, size_t min_bytes, MonotonicTime now);
  bool Push(uint32_t worker, SlabPtr& slab);
  // Moves `current` out. False when it must stay.
  bool Seal(uint32_t worker);

  const std::vector<WorkerPort> ports_;
  std::vector<Lane> lanes_;
  SlabPool pool_;
};

}  // namespace tailrace
