#include "sinks/endpoint_set.h"

#include <algorithm>
#include <utility>

namespace tailrace {

std::optional<size_t> EndpointSet::Next(MonotonicTime now) {
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const size_t candidate = (turn_ + i) % endpoints_.size();
    if (endpoints_[candidate].next_try > now) continue;
    turn_ = candidate + 1;
    return candidate;
  }
  return std::nullopt;
}

MonotonicTime EndpointSet::NextTry() const {
  MonotonicTime first = MonotonicTime::max();
  for (const Endpoint& endpoint : endpoints_) first = std::min(first, endpoint.next_try);
  return first;
}

void EndpointSet::Succeeded(size_t endpoint) {
  endpoints_[endpoint].failures = 0;
  endpoints_[endpoint].next_try = MonotonicTime{};
  endpoints_[endpoint].reason.clear();
}

void EndpointSet::Failed(size_t endpoint, std::string reason, MonotonicTime now) {
  Endpoint& failed = endpoints_[endpoint];
  failed.reason = std::move(reason);
  // Requests that failed together count once.
  if (failed.next_try > now) return;
  failed.next_try = now + backoff_.After(++failed.failures);
}

std::string EndpointSet::down_reason() const {
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.failures == 0) return "";
  }
  return endpoints_.empty() ? "" : endpoints_.front().reason;
}

}  // namespace tailrace
