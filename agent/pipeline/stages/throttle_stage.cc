#include "agent/pipeline/stages/throttle_stage.h"

#include <string>
#include <utility>

#include "agent/crypto/fast_hash.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

class Throttling final : public Stage {
 public:
  Throttling(std::shared_ptr<Throttle> throttle, const StageSetup& setup)
      : throttle_(std::move(throttle)),
        failures_(*setup.failures),
        record_clock_(setup.record_clock) {}

  void Run(StageBatch& batch) override {
    if (throttle_->options().action == ThrottleAction::kDrop) return Drop(batch);
    if (!record_clock_) Charge(batch);
  }

 private:
  double CostOf(const StageBatch& batch, size_t record) const {
    return throttle_->options().unit == ThrottleUnit::kRecords
               ? 1
               : static_cast<double>(batch.batch().bodies[record].length);
  }

  // The worker saw that the bucket was not empty.
  void Charge(const StageBatch& batch) const {
    double cost = 0;
    batch.selected().ForEach([&](size_t i) { cost += CostOf(batch, i); });
    throttle_->buckets().Take(throttle_->BucketOf(batch.labels()), cost, batch.origin().now_nanos);
  }

  void Drop(StageBatch& batch) {
    TokenBuckets& buckets = throttle_->buckets();
    const uint64_t crowded_before = buckets.crowded();
    batch.selected().ForEach([&](size_t i) {
      key_.clear();
      throttle_->options().per.AppendTo(key_, batch.labels(), batch.fields(i), unescaped_);
      const int64_t now =
          record_clock_ ? clock_.Parse(batch.record(i).time).value_or(0) : batch.origin().now_nanos;
      if (!buckets.TryTake(FastHash64(key_), CostOf(batch, i), now)) {
        batch.End(i, Fate::kFiltered);
      }
    });
    const uint64_t crowded = buckets.crowded() - crowded_before;
    if (crowded > 0) failures_.Add(crowded);
  }

  const std::shared_ptr<Throttle> throttle_;
  Counter& failures_;
  const bool record_clock_;
  TimestampReader clock_;
  std::string key_;
  std::string unescaped_;
};

}  // namespace

uint64_t Throttle::BucketOf(LabelLookup labels) const {
  std::string key;
  std::string unescaped;
  options_.per.AppendTo(key, labels, {}, unescaped);
  return FastHash64(key);
}

StageMaker ThrottleStage(std::shared_ptr<Throttle> throttle) {
  return [throttle = std::move(throttle)](const StageSetup& setup) {
    return std::make_unique<Throttling>(throttle, setup);
  };
}

}  // namespace tailrace
