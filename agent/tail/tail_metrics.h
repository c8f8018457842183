// The counters of the reader, registered once for every source and reason that there is.
//
// Threads    Any may read; the reader writes.
// Units      Bytes and seconds. read_bytes counts what was passed on, as data or as a kSkip; it is
//            taken back for what workers hand back. What was lost before it could be passed on (at
//            the last stop, say) is in lost_bytes alone.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/base/strong_id.h"
#include "agent/event/segment.h"
#include "agent/tail/beneath.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

struct SourceMetrics {
  Counter& read_bytes;
  Gauge& lag_bytes;
  Gauge& lag_seconds;  // How long the oldest unread byte has been seen waiting.
  Gauge& files_open;
  Gauge& files_held_deleted;
  Counter& too_many_files;
  Counter& skipped_compressed;
  Counter& descriptors_closed;  // Idle files, for want of descriptors.
  std::array<Counter*, kSkipReasonCount> lost_bytes;
  std::array<Counter*, kOpenRefusalCount> refused_opens;

  Counter& lost(SkipReason reason) const { return *lost_bytes[static_cast<size_t>(reason)]; }
  Counter& refused(OpenRefusal refusal) const {
    return *refused_opens[static_cast<size_t>(refusal)];
  }
};

class TailMetrics {
 public:
  TailMetrics(MetricRegistry& registry, const std::vector<TailSourceOptions>& sources);

  // The next SourceId.
  void AddSource(MetricRegistry& registry, const std::string& name);

  const SourceMetrics& source(SourceId id) const { return sources_[id.value()]; }

  Counter& inotify_overflows;
  Counter& watches_refused;
  Histogram& sweep_seconds;
  Gauge& slab_bytes;

 private:
  std::deque<SourceMetrics> sources_;
};

}  // namespace tailrace
