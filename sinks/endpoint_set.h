// The EndpointSet remembers how the endpoints of one sink fare: which may be used now, and why
// those that may not are down.
//
// Threads    Owned by one lane.
// Ordering   Healthy endpoints take turns; one that failed is left alone until its backoff ends,
//            and then tried with one request before it gets more.
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

  // An endpoint that may be sent to now. Its request ends with Succeeded, Failed or NothingKnown.
  std::optional<size_t> Next(MonotonicTime now);
  // When the first one may be sent to again; max() when all wait for what is under way.
  MonotonicTime NextTry() const;

  void Succeeded(size_t endpoint);
  // `reason` is for people: what happened, and what to mend. Not before `at_least` from now is it
  // tried again.
  void Failed(size_t endpoint, std::string reason, MonotonicTime now,
              std::chrono::nanoseconds at_least = {});
  // The request ended without showing how the endpoint fares.
  void NothingKnown(size_t endpoint) { endpoints_[endpoint].on_trial = false; }

  // "" while at least one endpoint works, or none was tried yet.
  std::string down_reason() const;

 private:
  struct Endpoint {
    int failures = 0;
    bool on_trial = false;  // It failed, and one request is to show whether it works again.
    MonotonicTime next_try{};
    std::string reason;
  };

  std::vector<Endpoint> endpoints_;
  Backoff backoff_;
  size_t turn_ = 0;
};

}  // namespace tailrace
