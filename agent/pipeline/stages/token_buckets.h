// TokenBuckets holds a rate for each of many keys: a bucket fills with `rate_per_second` tokens a
// second up to `burst`, and what goes through takes some out.
//
// A bucket is one number, the time at which it will be full again (the "theoretical arrival time"
// of the generic cell rate algorithm). A full bucket is like one that was never used, so that its
// place may be given to another key.
//
// Threads    Any: all workers share one. Every atomic is relaxed: a bucket's number stands alone
// and
//            publishes nothing. Two workers that give one place to two keys at once, or one key two
//            places, let through at most one burst too much.
// Bounds     `max_keys` buckets in sets of kWays; a key that finds its set full of buckets that are
//            in use shares the one of all such keys (see `crowded`).
// Cost       About 10 ns a call; no lock, no allocation.
// Units      Tokens are bytes or records, as the owner likes. Times are nanoseconds of any one
// clock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tailrace {

struct TokenBucketOptions {
  double rate_per_second = 1;
  double burst = 1;  // Tokens.
  size_t max_keys = 4096;
};

class TokenBuckets {
 public:
  explicit TokenBuckets(const TokenBucketOptions& options);

  // Whether anything is left in the bucket of `key`.
  bool HasTokens(uint64_t key, int64_t now_nanos) const noexcept;
  // Takes `tokens`, whether there are so many or not: what is missing is waited for later.
  void Take(uint64_t key, double tokens, int64_t now_nanos) noexcept;
  // Takes `tokens` if there are so many, or if the bucket is full: more than a burst goes through
  // at times, and not never.
  [[nodiscard]] bool TryTake(uint64_t key, double tokens, int64_t now_nanos) noexcept;

  // How often a key found no place of its own.
  uint64_t crowded() const noexcept { return crowded_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kWays = 8;

  struct Bucket {
    std::atomic<uint64_t> key{0};  // 0: of nobody.
    std::atomic<int64_t> full_at_nanos{0};
  };

  Bucket& Find(uint64_t key, int64_t now_nanos) noexcept;
  int64_t NanosOf(double tokens) const noexcept;

  const double nanos_per_token_;
  const int64_t burst_nanos_;
  const size_t set_mask_;
  const std::unique_ptr<Bucket[]> buckets_;
  Bucket crowd_;
  std::atomic<uint64_t> crowded_{0};
};

}  // namespace tailrace
