#include "agent/pipeline/stages/token_buckets.h"

#include <algorithm>
#include <bit>

namespace tailrace {
namespace {

// A hundred years: no sum of two of them overflows.
constexpr double kNanosMax = 3.2e18;

int64_t BoundedNanos(double nanos) {
  return static_cast<int64_t>(std::clamp(nanos, 0.0, kNanosMax));
}

uint64_t KeyOf(uint64_t key) { return key == 0 ? 1 : key; }

// When a bucket that was full at `full_at` is full after this.
int64_t Later(int64_t full_at, int64_t now, int64_t cost) {
  const int64_t from = std::max(full_at, now);
  return from > static_cast<int64_t>(kNanosMax) ? from : from + cost;
}

}  // namespace

TokenBuckets::TokenBuckets(const TokenBucketOptions& options)
    : nanos_per_token_(1e9 / options.rate_per_second),
      burst_nanos_(std::max<int64_t>(NanosOf(options.burst), 1)),
      set_mask_(std::bit_ceil(std::max<size_t>(options.max_keys / kWays, 1)) - 1),
      buckets_(std::make_unique<Bucket[]>((set_mask_ + 1) * kWays)) {}

int64_t TokenBuckets::NanosOf(double tokens) const noexcept {
  return BoundedNanos(tokens * nanos_per_token_);
}

bool TokenBuckets::HasTokens(uint64_t key, int64_t now_nanos) const noexcept {
  key = KeyOf(key);
  const Bucket* const set = &buckets_[(key & set_mask_) * kWays];
  bool room = false;
  for (size_t way = 0; way < kWays; ++way) {
    const int64_t full_at = set[way].full_at_nanos.load(std::memory_order_relaxed);
    if (set[way].key.load(std::memory_order_relaxed) == key) {
      return full_at < now_nanos + burst_nanos_;
    }
    room |= full_at <= now_nanos;
  }
  return room || crowd_.full_at_nanos.load(std::memory_order_relaxed) < now_nanos + burst_nanos_;
}

TokenBuckets::Bucket& TokenBuckets::Find(uint64_t key, int64_t now_nanos) noexcept {
  key = KeyOf(key);
  Bucket* const set = &buckets_[(key & set_mask_) * kWays];
  for (size_t way = 0; way < kWays; ++way) {
    if (set[way].key.load(std::memory_order_relaxed) == key) return set[way];
  }
  for (size_t way = 0; way < kWays; ++way) {
    uint64_t owner = set[way].key.load(std::memory_order_relaxed);
    if (owner == key) return set[way];
    if (set[way].full_at_nanos.load(std::memory_order_relaxed) > now_nanos) continue;
    if (set[way].key.compare_exchange_strong(owner, key, std::memory_order_relaxed) ||
        owner == key) {
      return set[way];
    }
  }
  crowded_.fetch_add(1, std::memory_order_relaxed);
  return crowd_;
}

void TokenBuckets::Take(uint64_t key, double tokens, int64_t now_nanos) noexcept {
  std::atomic<int64_t>& full_at = Find(key, now_nanos).full_at_nanos;
  const int64_t cost = NanosOf(tokens);
  int64_t before = full_at.load(std::memory_order_relaxed);
  while (!full_at.compare_exchange_weak(before, Later(before, now_nanos, cost),
                                        std::memory_order_relaxed)) {
  }
}

bool TokenBuckets::TryTake(uint64_t key, double tokens, int64_t now_nanos) noexcept {
  std::atomic<int64_t>& full_at = Find(key, now_nanos).full_at_nanos;
  const int64_t cost = NanosOf(tokens);
  int64_t before = full_at.load(std::memory_order_relaxed);
  int64_t after;
  do {
    after = Later(before, now_nanos, cost);
    if (after > now_nanos + burst_nanos_ && before > now_nanos) return false;
  } while (!full_at.compare_exchange_weak(before, after, std::memory_order_relaxed));
  return true;
}

}  // namespace tailrace
