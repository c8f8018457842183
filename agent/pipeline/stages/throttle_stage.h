// `throttle` keeps each key to a rate of bytes or records.
//
//   delay  The default. Nothing is lost: a file whose bucket is empty is not read on (Worker asks
//          `MayPass` before it frames), as if its sink were full. So the key can only be of the
//          stream, and all that stands in the file waits, whatever `when` says. A batch may
//          overdraw the bucket; the next one waits the longer. Where the clock is that of the
//          records, nothing waits.
//   drop   What is above the rate is filtered, by the stage's rule.
//
// A record costs what its body has, as it was framed.
//
// Threads    A Throttle is shared by all workers, for as long as the plan lives.
// Bounds     See TokenBuckets.
// Failure    Records that share the bucket of keys without one of their own are counted (`drop`).
// Cost       delay: one bucket a batch. drop: about 30 ns a record.
#pragma once

#include <cstdint>
#include <memory>

#include "agent/lang/name_scope.h"
#include "agent/pipeline/stages/record_key.h"
#include "agent/pipeline/stages/stage.h"
#include "agent/pipeline/stages/token_buckets.h"

namespace tailrace {

enum class ThrottleUnit : uint8_t { kBytes, kRecords };
enum class ThrottleAction : uint8_t { kDelay, kDrop };

struct ThrottleOptions {
  RecordKey per;  // With kDelay: of the stream.
  ThrottleUnit unit = ThrottleUnit::kBytes;
  ThrottleAction action = ThrottleAction::kDelay;
  TokenBucketOptions buckets;
};

class Throttle {
 public:
  explicit Throttle(ThrottleOptions options)
      : options_(std::move(options)), buckets_(options_.buckets) {}

  const ThrottleOptions& options() const { return options_; }
  TokenBuckets& buckets() { return buckets_; }

  // The bucket of a stream. REQUIRES: the key is of the stream.
  uint64_t BucketOf(LabelLookup labels) const;
  // With kDelay: whether a file of that bucket may be read on.
  bool MayPass(uint64_t bucket, int64_t now_nanos) const {
    return buckets_.HasTokens(bucket, now_nanos);
  }

 private:
  const ThrottleOptions options_;
  TokenBuckets buckets_;
};

StageMaker ThrottleStage(std::shared_ptr<Throttle> throttle);

}  // namespace tailrace
