#include "agent/tail/slab_writer.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

SlabWriter::SlabWriter(std::vector<WorkerPort> ports, size_t max_slabs)
    : ports_(std::move(ports)), lanes_(ports_.size()), pool_(max_slabs) {
  CHECK(!ports_.empty());
}

bool SlabWriter::Push(uint32_t worker, SlabPtr& slab) {
  if (!ports_[worker].slabs->TryPush(slab)) return false;
  ports_[worker].doorbell->Ring();
  return true;
}

bool SlabWriter::Seal(uint32_t worker) {
  Lane& lane = lanes_[worker];
  if (lane.waiting != nullptr && !Push(worker, lane.waiting)) return false;
  if (lane.current != nullptr && !Push(worker, lane.current)) {
    lane.waiting = std::move(lane.current);
  }
  return true;
}

bool SlabWriter::Ready(uint32_t worker, size_t min_bytes, MonotonicTime now) {
  Lane& lane = lanes_[worker];
  if (lane.current != nullptr) {
    const bool room =
        lane.current->free_bytes() >= min_bytes && lane.current->segments.size() < kSlabSegmentsMax;
    if (room) return true;
    if (!Seal(worker)) return false;
  }
  if (lane.waiting != nullptr && !Seal(worker)) return false;
  lane.current = pool_.Acquire();
  lane.begun = now;
  return lane.current != nullptr;
}

std::span<char> SlabWriter::Space(uint32_t worker, size_t min_bytes, MonotonicTime now) {
  CHECK(min_bytes <= kSlabBytes);
  if (!Ready(worker, min_bytes, now)) return {};
  Slab& slab = *lanes_[worker].current;
  return {slab.bytes.get() + slab.used_bytes, slab.free_bytes()};
}

void SlabWriter::AppendData(uint32_t worker, Segment segment, size_t bytes) {
  Slab& slab = *lanes_[worker].current;
  CHECK(bytes <= slab.free_bytes());
  segment.begin = static_cast<uint32_t>(slab.used_bytes);
  segment.length = static_cast<uint32_t>(bytes);
  slab.used_bytes += bytes;
  slab.segments.push_back(std::move(segment));
}

bool SlabWriter::Append(uint32_t worker, Segment segment, MonotonicTime now) {
  if (!Ready(worker, 0, now)) return false;
  lanes_[worker].current->segments.push_back(std::move(segment));
  return true;
}

void SlabWriter::SendOld(MonotonicTime now) {
  for (uint32_t worker = 0; worker < lanes_.size(); ++worker) {
    Lane& lane = lanes_[worker];
    if (lane.waiting != nullptr && Push(worker, lane.waiting)) lane.waiting = nullptr;
    if (lane.current == nullptr) continue;
    if (lane.current->segments.empty()) {
      pool_.Release(std::move(lane.current));  // A read that found nothing.
    } else if (now - lane.begun >= kSlabAgeMax) {
      Seal(worker);
    }
  }
}

void SlabWriter::SendAll() {
  for (uint32_t worker = 0; worker < lanes_.size(); ++worker) Seal(worker);
}

MonotonicTime SlabWriter::next_send() const {
  MonotonicTime next = MonotonicTime::max();
  for (const Lane& lane : lanes_) {
    if (lane.current != nullptr) next = std::min(next, lane.begun + kSlabAgeMax);
  }
  return next;
}

bool SlabWriter::all_sent() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
    return lane.current == nullptr && lane.waiting == nullptr;
  });
}

}  // namespace tailrace
