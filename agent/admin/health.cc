#include "agent/admin/health.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/check.h"

namespace tailrace {
namespace {

int64_t Seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

HealthVerdict VerdictOf(std::string reasons) {
  if (reasons.empty()) return {true, "ok\n"};
  return {false, std::move(reasons)};
}

}  // namespace

Health::Health(HealthInputs inputs, const Clock& clock)
    : inputs_(std::move(inputs)), clock_(clock), stall_(clock.Now()) {
  CHECK(inputs_.work != nullptr);
  CHECK(inputs_.readiness != nullptr);
}

void Health::Observe() { stall_.Look(inputs_.work(), clock_.Now()); }

HealthVerdict Health::Live() {
  Observe();
  const MonotonicTime now = clock_.Now();
  std::string reasons;
  const auto heartbeats =
      inputs_.heartbeats ? inputs_.heartbeats() : std::vector<const Heartbeat*>();
  for (const Heartbeat* heartbeat : heartbeats) {
    const std::chrono::nanoseconds age = heartbeat->Age(now);
    if (age <= kHeartbeatAgeMax) continue;
    absl::StrAppend(&reasons, "thread ", heartbeat->thread(), ": no heartbeat for ", Seconds(age),
                    " s\n");
  }
  const std::chrono::nanoseconds stalled = stall_.StalledFor(now);
  if (stalled > kStallMax) {
    absl::StrAppend(&reasons, "stalled: there is work, no sink is down, and nothing was done for ",
                    Seconds(stalled), " s\n");
  }
  return VerdictOf(std::move(reasons));
}

HealthVerdict Health::Ready() const {
  const Readiness readiness = inputs_.readiness();
  std::string reasons;
  if (!readiness.state_loaded) reasons += "the state is not loaded yet\n";
  if (!readiness.first_sweep_done) reasons += "the first sweep over the sources is not done yet\n";
  return VerdictOf(std::move(reasons));
}

}  // namespace tailrace
