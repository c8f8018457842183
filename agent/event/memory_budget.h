// MemoryBudget bounds the bytes that several threads hold for one purpose, such as the payloads of
// one sink. Who needs bytes reserves them first; who frees them gives them back.
//
// Threads    Any.
// Bounds     used_bytes() <= capacity_bytes(), but for one reservation that is larger than the
//            whole capacity: it is granted when nothing else is held, so that nothing waits for
//            ever. After a Resize to less than is held nothing is granted until that is given back.
// Ordering   Relaxed: the budget counts, it publishes nothing.
#pragma once

#include <atomic>
#include <cstdint>

namespace tailrace {

class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  [[nodiscard]] bool TryReserve(int64_t bytes) noexcept {
    int64_t used = used_bytes_.load(std::memory_order_relaxed);
    do {
      if (used != 0 && used + bytes > capacity_bytes()) {
        refusals_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
    } while (!used_bytes_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  // Beyond the capacity if it must be: for bytes that already exist.
  void ForceReserve(int64_t bytes) noexcept {
    used_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void Release(int64_t bytes) noexcept { used_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  int64_t used_bytes() const noexcept { return used_bytes_.load(std::memory_order_relaxed); }
  int64_t capacity_bytes() const noexcept {
    return capacity_bytes_.load(std::memory_order_relaxed);
  }
  void Resize(int64_t capacity_bytes) noexcept {
    capacity_bytes_.store(capacity_bytes, std::memory_order_relaxed);
  }
  bool exceeded() const noexcept { return used_bytes() > capacity_bytes(); }
  // How often TryReserve said no: who holds what it could do without sees that others need it.
  uint64_t refusals() const noexcept { return refusals_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> capacity_bytes_;
  std::atomic<int64_t> used_bytes_{0};
  std::atomic<uint64_t> refusals_{0};
};

}  // namespace tailrace
