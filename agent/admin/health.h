// Health decides whether the agent is alive (/livez) and ready (/readyz). It is alive unless
//
//   - a thread has had no heartbeat for kHeartbeatAgeMax, or
//   - for kStallMax there has been work, none of it was done, and no sink is known to be down.
//     A dead sink is no reason to restart an agent that waits for it.
//
// Threads    Owned by the control thread. The inputs run on it; what they read of other threads
//            must be atomic.
// Ownership  Borrows the heartbeats and the clock.
// Bounds     A stall is seen at most one interval of Observe late.
// Cost       A call of each input and a look at each heartbeat.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "agent/admin/stall.h"
#include "agent/base/clock.h"
#include "agent/base/heartbeat.h"

namespace tailrace {

struct Readiness {
  bool state_loaded = false;
  bool first_sweep_done = false;
};

struct HealthInputs {
  // Those of all threads that there are now: a reload makes lanes.
  std::function<std::vector<const Heartbeat*>()> heartbeats;
  std::function<WorkState()> work;
  std::function<Readiness()> readiness;
};

struct HealthVerdict {
  bool ok = true;
  std::string text;  // "ok\n", or one line for each thing that is wrong.
};

class Health {
 public:
  static constexpr std::chrono::seconds kHeartbeatAgeMax{60};
  static constexpr std::chrono::seconds kStallMax{120};

  // REQUIRES: `work` and `readiness` are set. No `heartbeats`: there are none.
  Health(HealthInputs inputs, const Clock& clock);

  // Looks at the work. Call every few seconds: an agent that had nothing to do for an hour must
  // not be taken for one that stalls since then.
  void Observe();

  HealthVerdict Live();  // Observes first.
  HealthVerdict Ready() const;

 private:
  const HealthInputs inputs_;
  const Clock& clock_;
  StallWatch stall_;
};

}  // namespace tailrace
