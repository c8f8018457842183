#include "sinks/bulk_window.h"

#include <algorithm>

namespace tailrace {
namespace {

// The usual time follows faster answers at once and slower ones slowly, so that load which builds
// up over many requests is still seen as slow.
constexpr double kDrift = 0.01;

}  // namespace

void BulkWindow::Taken(MonotonicTime sent_at, MonotonicTime now) {
  const double seconds = std::chrono::duration<double>(now - sent_at).count();
  const double slow =
      std::max(std::chrono::duration<double>(kSlowAtLeast).count(), kSlowFactor * usual_seconds_);
  const bool is_slow = usual_seconds_ > 0 && seconds > slow;
  usual_seconds_ = usual_seconds_ == 0 || seconds < usual_seconds_
                       ? seconds
                       : usual_seconds_ + kDrift * (seconds - usual_seconds_);
  if (is_slow) return Cut(sent_at, now);
  // An answer from before the cut says nothing of the time after it.
  if (cut_before_ && sent_at <= cut_at_) return;
  limit_ = std::min<double>(max_, limit_ + (cut_before_ ? 1 / limit_ : 1));
}

void BulkWindow::Refused(MonotonicTime sent_at, MonotonicTime now) { Cut(sent_at, now); }

void BulkWindow::Cut(MonotonicTime sent_at, MonotonicTime now) {
  if (cut_before_ && sent_at <= cut_at_) return;
  limit_ = std::max<double>(1, limit_ / 2);
  cut_before_ = true;
  cut_at_ = now;
}

}  // namespace tailrace
