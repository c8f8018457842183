// KafkaTopics says which topics are to be left alone for now, and why: one that does not exist, or
// that we may not write to. The others go on.
//
// Threads    Owned by one lane.
// Bounds     One entry a topic that was refused and has not worked since: at most the
//            `max_destinations` of the sink.
#pragma once

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "agent/base/clock.h"
#include "agent/base/strings.h"
#include "sinks/backoff.h"

namespace tailrace {

class KafkaTopics {
 public:
  explicit KafkaTopics(Backoff backoff) : backoff_(backoff) {}

  bool MayProduce(std::string_view topic, MonotonicTime now) const;
  // A record of the topic was refused for now. Counts as one failure until the rest is over.
  void Failed(std::string_view topic, std::string reason, MonotonicTime now);
  // A record of the topic was delivered. True when that ends its trouble: others of its records may
  // be waiting. It does not cut a rest short, since another partition may be the one in trouble.
  bool Succeeded(std::string_view topic, MonotonicTime now);
  bool empty() const { return troubled_.empty(); }

  // When the first of those that rest after `now` may go again; max() when none does.
  MonotonicTime NextDue(MonotonicTime now) const;
  // "" or "topic orders: ...", of one of them.
  std::string Trouble() const;

 private:
  struct State {
    int failures = 0;
    MonotonicTime rests_until{};
    std::string reason;
  };

  Backoff backoff_;
  absl::flat_hash_map<std::string, State, StringHash, StringEqual> troubled_;
};

}  // namespace tailrace
