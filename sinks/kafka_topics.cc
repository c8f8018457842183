#include "sinks/kafka_topics.h"

#include <algorithm>
#include <utility>

namespace tailrace {

bool KafkaTopics::MayProduce(std::string_view topic, MonotonicTime now) const {
  if (troubled_.empty()) return true;
  const auto found = troubled_.find(topic);
  return found == troubled_.end() || found->second.rests_until <= now;
}

void KafkaTopics::Failed(std::string_view topic, std::string reason, MonotonicTime now) {
  State& state = troubled_.try_emplace(topic).first->second;
  state.reason = std::move(reason);
  if (state.rests_until > now) return;
  state.rests_until = now + backoff_.After(++state.failures);
}

bool KafkaTopics::Succeeded(std::string_view topic, MonotonicTime now) {
  const auto found = troubled_.find(topic);
  if (found == troubled_.end() || found->second.rests_until > now) return false;
  troubled_.erase(found);
  return true;
}

MonotonicTime KafkaTopics::NextDue(MonotonicTime now) const {
  MonotonicTime due = MonotonicTime::max();
  for (const auto& [name, state] : troubled_) {
    if (state.rests_until > now) due = std::min(due, state.rests_until);
  }
  return due;
}

std::string KafkaTopics::Trouble() const {
  if (troubled_.empty()) return "";
  const auto& [name, state] = *troubled_.begin();
  return Concat({"topic ", name, ": ", state.reason});
}

}  // namespace tailrace
