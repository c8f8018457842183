// The part of Worker that ends the windows of `dedupe` and sends their summaries. A summary lies in
// ranges that its windows hold, so it opens none, and may go out while the ledger is full.
#include <algorithm>
#include <utility>

#include "agent/pipeline/worker.h"

namespace tailrace {
namespace {

void Count(const DedupeSummaries& summaries, const DedupeFlow& flow) {
  flow.summaries.Add(summaries.size());
  for (const std::unique_ptr<DedupeSummary>& summary : summaries) {
    switch (summary->end) {
      case SummaryEnd::kWindow:
      case SummaryEnd::kStop:
        break;
      case SummaryEnd::kKeys:
        flow.crowded.Add(1);
        break;
      case SummaryEnd::kMemory:
        flow.evictions.Add(1);
        break;
      case SummaryEnd::kSpan:
        flow.spans.Add(1);
        break;
    }
  }
}

}  // namespace

// Behind each batch: some windows may have ended with it.
void Worker::LookAtWindows(WorkerFile& file) {
  if (file.windows.idle()) return;
  const uint64_t next = file.ledger.next_open().value();
  if (next > kSummaryRangesMax) {
    file.windows.CloseBehind({file.id, RangeId(next - kSummaryRangesMax)});
  }
  SendSummaries(file, SummaryRoom::kReserved);
  const MonotonicTime due = file.windows.closed() ? clock_.Now() + kRetryAfter : file.windows.due();
  next_window_end_ = std::min(next_window_end_, due);
  if (input_ended_) SummariesWait();
}

void Worker::SendSummaries(WorkerFile& file, SummaryRoom room) {
  for (FileWindows::RouteWindows& route : file.windows.routes()) {
    for (PipelineWindows::Table& table : route.windows.tables) {
      DedupeWindows& windows = table.windows;
      while (windows.closed() > 0) {
        if (!ReserveForSummaries(file)) {
          const bool may_wait = windows.closed() <= windows.options().max_keys;
          if (room == SummaryRoom::kReserved && may_wait) return;
          dispatch_.ForceReserve(file);
        }
        const DedupeSummaries summaries = windows.TakeClosed(kBatchRecordsMax, kBatchBytesTarget);
        Count(summaries, *route.pipeline->dedupe_flows[table.stage]);
        dispatch_.DispatchSummaries(file, {route.route, table.stage, summaries}, clock_.Now());
        for (BatchDispatch::Rejection& rejection : dispatch_.rejections()) {
          AddDeadLetter(rejection.sink, std::move(rejection.item));
        }
        for (const std::unique_ptr<DedupeSummary>& summary : summaries) {
          for (const RangeRef& range : summary->ranges) files_.Release(range);
        }
      }
    }
  }
}

bool Worker::ReserveForSummaries(const WorkerFile& file) {
  for (const Route& route : file.binding) {
    for (const SinkId sink : route.pipeline->to) {
      if (dead_letters_.full(sink)) return false;
    }
  }
  return dispatch_.Reserve(file, kBatchBytesTarget);
}

// At the end of the input nothing more comes that a window could wait for: its summary goes out, so
// that the next start finds nothing to be read again.
void Worker::EndOldWindows(MonotonicTime now) {
  if (now < next_window_end_) return;
  next_window_end_ = MonotonicTime::max();
  summaries_wait_ = false;
  files_.ForEach([&](WorkerFile& file) {
    if (file.windows.idle()) return;
    const auto held_before = static_cast<int64_t>(file.HeldBytes());
    if (input_ended_ && (drain_by_ || (!file.waiting && !flush_held_))) {
      file.windows.EndAll(SummaryEnd::kStop);
    } else {
      file.windows.EndOld(now);
    }
    SendSummaries(file, SummaryRoom::kReserved);
    HeldChanged(static_cast<int64_t>(file.HeldBytes()) - held_before);
    summaries_wait_ |= input_ended_ && file.windows.owes();
    const bool again = file.windows.closed() || input_ended_;
    if (file.windows.idle()) return;
    next_window_end_ = std::min(next_window_end_, again ? now : file.windows.due());
  });
  if (next_window_end_ == MonotonicTime::max()) return;
  next_window_end_ = std::max(next_window_end_, now + kWindowGrace);
}

// Now, room or not.
void Worker::EndWindows(WorkerFile& file, SummaryEnd why) {
  const auto held_before = static_cast<int64_t>(file.HeldBytes());
  file.windows.EndAll(why);
  SendSummaries(file, SummaryRoom::kForced);
  HeldChanged(static_cast<int64_t>(file.HeldBytes()) - held_before);
}

// Before any line is torn for want of memory, windows end. False when there are none.
bool Worker::EvictWindows() {
  WorkerFile* largest = nullptr;
  size_t largest_bytes = 0;
  files_.ForEach([&](WorkerFile& file) {
    const size_t bytes = file.windows.held_bytes();
    if (bytes > largest_bytes) {
      largest = &file;
      largest_bytes = bytes;
    }
  });
  if (largest == nullptr) return false;
  EndWindows(*largest, SummaryEnd::kMemory);
  return true;
}

void Worker::SummariesWait() {
  summaries_wait_ = true;
  next_window_end_ = std::min(next_window_end_, clock_.Now());
}

}  // namespace tailrace
