#include "sinks/endpoint_set.h"

#include <algorithm>
#include <utility>

namespace tailrace {

std::optional<size_t> EndpointSet::Next(MonotonicTime now) {
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const size_t candidate = (turn_ + i) % endpoints_.size();
    Endpoint& endpoint = endpoints_[candidate];
    if (endpoint.next_try > now || endpoint.on_trial) continue;
    endpoint.on_trial = endpoint.failures > 0;
    turn_ = candidate + 1;
    return candidate;
  }
  return std::nullopt;
}

MonotonicTime EndpointSet::NextTry() const {
  MonotonicTime first = MonotonicTime::max();
  for (const Endpoint& endpoint : endpoints_) {
    if (!endpoint.on_trial) first = std::min(first, endpoint.next_try);
  }
  return first;
}

void EndpointSet::Succeeded(size_t endpoint) { endpoints_[endpoint] = Endpoint(); }

void EndpointSet::Failed(size_t endpoint, std::string reason, MonotonicTime now,
                         std::chrono::nanoseconds at_least) {
  Endpoint& failed = endpoints_[endpoint];
  failed.reason = std::move(reason);
  failed.on_trial = false;
  // Requests that failed together count once.
  if (failed.next_try > now) return;
  failed.next_try =
      now + std::max<std::chrono::nanoseconds>(backoff_.After(++failed.failures), at_least);
}

std::string EndpointSet::down_reason() const {
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.failures == 0) return "";
  }
  return endpoints_.empty() ? "" : endpoints_.front().reason;
}

}  // namespace tailrace
