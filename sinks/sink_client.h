// A SinkClient delivers sealed payloads to one external system and gives every item it accepted
// back exactly once, with a verdict, in one settlement or several.
//
//   delivered  The remote has it (durably, as far as the remote can say).
//   rejected   The remote will never take it: it goes to the dead letters with its reason.
//   abandoned  Shutdown came first: it is in no settlement, its ranges stay, it is read again.
//   returned   The client was given up first: it is in Settlement::returned, without a verdict.
//
// Threads    One lane thread makes every call; settlements are handed to `settle` inside Poll or
//            Drain and never inside TrySubmit.
// Ownership  TrySubmit takes the payload and everything in it.
// Bounds     At most `max_in_flight` requests; TrySubmit refuses beyond that.
// Failure    Transient errors are the client's own business: it retries, item by item, with
//            backoff, for as long as it lives. `down_reason` says so meanwhile.
// Cost       One virtual call a payload; nothing virtual per event.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/functional/any_invocable.h"
#include "agent/base/clock.h"
#include "sinks/payload.h"

namespace tailrace {

// `worker` is the index that came with the payload.
using SettleFn = absl::AnyInvocable<void(size_t worker, Settlement settlement)>;

class SinkClient {
 public:
  virtual ~SinkClient() = default;
  SinkClient(const SinkClient&) = delete;
  SinkClient& operator=(const SinkClient&) = delete;

  // Takes `payload` and returns true, or returns false and leaves it alone when the window is
  // full. The caller offers it again after the next Poll.
  [[nodiscard]] virtual bool TrySubmit(size_t worker, PayloadPtr& payload) = 0;

  // Does I/O and settles what is settled. Waits at most `budget`, and no longer than until the
  // descriptor `wake_fd` that it was made with becomes readable (it may take the eventfd's count).
  virtual void Poll(std::chrono::milliseconds budget) = 0;

  // Settles what it can before `deadline`, without waiting out backoffs that end later, and
  // refuses new payloads. Call once, last.
  virtual void Drain(MonotonicTime deadline) = 0;

  // Instead of Drain, for a client whose sink is removed or changed while the agent goes on: what
  // Drain would abandon is returned to its worker. Who may be sure to hold nothing then need not do
  // more than Drain.
  virtual void GiveUp(MonotonicTime deadline) { Drain(deadline); }

  // True when it holds nothing: every accepted item is settled.
  virtual bool idle() const = 0;

  // "" while the remote takes what it is sent; else what is wrong and what to mend.
  virtual std::string down_reason() const = 0;

 protected:
  SinkClient() = default;
};

}  // namespace tailrace
