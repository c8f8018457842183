#include "agent/admin/stall.h"

namespace tailrace {

void StallWatch::Look(const WorkState& work, MonotonicTime now) {
  const bool progressed = Progressed(work.done);
  if (progressed || !work.pending || work.sink_down) moving_at_ = now;
}

bool StallWatch::Progressed(const std::vector<uint64_t>& done) {
  if (highest_.size() < done.size()) highest_.resize(done.size());
  bool progressed = false;
  for (size_t i = 0; i < done.size(); ++i) {
    if (done[i] <= highest_[i]) continue;
    highest_[i] = done[i];
    progressed = true;
  }
  return progressed;
}

}  // namespace tailrace
