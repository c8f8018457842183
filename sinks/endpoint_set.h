// The EndpointSet remembers how the endpoints of one sink fare: which may be used now, and why
// those that may not are down.
//
// Threads    Owned by one lane.
// Ordering   Healthy endpoints take turns; one that failed is left alone until its backoff ends.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "sinks/backoff.h"

namespace tailrace {

class EndpointSet {
 public:
  EndpointSet(size_t endpoints, Backoff backoff)
      : endpoints_(endpoints), backoff_(std::move(backoff)) {}

  // An endpoint that may be sent to now.
  std::optional<size_t> Next(MonotonicTime now);
  // When the first one may be sent to again.
  MonotonicTime NextTry() const;

  void Succeeded(size_t endpoint);
  // `reason` is for people: what happened, and what to mend.
  void Failed(size_t endpoint, std::string reason, MonotonicTime now);

  // "" while at least one endpoint works, or none was tried yet.
  std::string down_reason() const;

 private:
  struct Endpoint {
    int failures = 0;
    MonotonicTime next_try{};
    std::string reason;
  };

  std::vector<Endpoint> endpoints_;
  Backoff backoff_;
  size_t turn_ = 0;
};

}  // namespace tailrace
