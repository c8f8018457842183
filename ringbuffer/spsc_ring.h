// SpscRing hands objects from one thread to one other thread. It is the only
// way data crosses threads on the data path: slabs from reader to worker,
// payloads from worker to lane, settlements back.
//
// Threads    One producer thread calls TryPush and TryPushBatch, one consumer
//            thread calls TryPop and TryPopBatch; any thread may call SizeApprox.
//            Construct and destroy while neither runs.
// Bounds     Capacity is fixed and allocated once. A full ring refuses: the
//            producer keeps the object and must slow its own source.
// Ordering   What the producer wrote before a push that took the object is
//            visible to the consumer after the pop that returns it.
// Cost       Every call is wait-free and allocates nothing.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "agent/base/check.h"
#include "ringbuffer/cache_line.h"

namespace tailrace {

template <typename T>
requires std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>
class SpscRing {
 public:
  // REQUIRES: `capacity` is a power of two, so that a position maps to a slot by
  // mask and positions may grow for ever without a "wasted slot".
  explicit SpscRing(size_t capacity)
      : mask_(capacity - 1), slots_(std::make_unique<Slot[]>(capacity)) {
    CHECK(std::has_single_bit(capacity));
  }
  ~SpscRing() {
    while (TryPop().has_value()) {
    }
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  // Producer. Moves from `value` and returns true, or returns false on a full
  // ring and leaves `value` untouched.
  [[nodiscard]] bool TryPush(T& value) noexcept { return TryPushBatch({&value, 1}) == 1; }

  // Producer. Moves from the first values, as many as there is room for, and
  // publishes them together. Returns how many.
  [[nodiscard]] size_t TryPushBatch(std::span<T> values) noexcept {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (mask_ + 1 - (tail - head_seen_) < values.size()) {
      head_seen_ = head_.load(std::memory_order_acquire);  // Pairs with TryPopBatch's release.
    }
    const size_t count = std::min<size_t>(values.size(), mask_ + 1 - (tail - head_seen_));
    for (size_t i = 0; i < count; ++i) {
      new (&slots_[(tail + i) & mask_]) T(std::move(values[i]));
    }
    if (count > 0) tail_.store(tail + count, std::memory_order_release);  // Publishes the objects.
    return count;
  }

  // Consumer. Returns nullopt when the ring is empty.
  [[nodiscard]] std::optional<T> TryPop() noexcept {
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);  // Pairs with TryPushBatch's release.
      if (head == tail_seen_) return std::nullopt;
    }
    std::optional<T> value(Take(head));
    head_.store(head + 1, std::memory_order_release);  // Frees the slot.
    return value;
  }

  // Consumer. Hands up to `max` objects to `take(T&&)`, oldest first, and frees
  // their slots together. Returns how many.
  template <typename Take>
  size_t TryPopBatch(size_t max, Take&& take) noexcept {
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (tail_seen_ - head < max) {
      tail_seen_ = tail_.load(std::memory_order_acquire);  // Pairs with TryPushBatch's release.
    }
    const size_t count = std::min<size_t>(max, tail_seen_ - head);
    for (size_t i = 0; i < count; ++i) take(this->Take(head + i));
    if (count > 0) head_.store(head + count, std::memory_order_release);  // Frees the slots.
    return count;
  }

  // A guess that may be stale before it returns. For metrics and heuristics, not
  // for decisions that must be right.
  size_t SizeApprox() const noexcept {
    const uint64_t head = head_.load(std::memory_order_acquire);
    return std::min<uint64_t>(tail_.load(std::memory_order_acquire) - head, mask_ + 1);
  }
  size_t capacity() const noexcept { return mask_ + 1; }

 private:
  struct alignas(T) Slot {
    std::byte bytes[sizeof(T)];
  };

  // The slot is raw bytes; TryPushBatch built a T in it.
  T Take(uint64_t position) noexcept {
    T* slot = std::launder(reinterpret_cast<T*>(&slots_[position & mask_]));
    T value(std::move(*slot));
    std::destroy_at(slot);
    return value;
  }

  const size_t mask_;
  const std::unique_ptr<Slot[]> slots_;

  // Each side owns one cache line: its own position, and the last position it
  // saw of the other side. Re-reading the other line only when the cached value
  // says full (or empty) is what keeps the two cores off each other's lines.
  alignas(kCacheLineBytes) std::atomic<uint64_t> tail_{0};  // Written by the producer.
  uint64_t head_seen_ = 0;
  alignas(kCacheLineBytes) std::atomic<uint64_t> head_{0};  // Written by the consumer.
  uint64_t tail_seen_ = 0;
};

}  // namespace tailrace
