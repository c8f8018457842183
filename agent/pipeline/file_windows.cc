#include "agent/pipeline/file_windows.h"

#include <algorithm>
#include <utility>

namespace tailrace {
namespace {

constexpr uint64_t kLookAfterRanges = 1024;

}  // namespace

FileWindows::FileWindows(const StreamBinding& binding) {
  for (size_t position = 0; position < binding.size(); ++position) {
    const CompiledPipeline* pipeline = binding[position].pipeline;
    RouteWindows route{position, pipeline, {}};
    for (size_t stage = 0; stage < pipeline->stages.size(); ++stage) {
      const std::shared_ptr<const DedupeOptions>& dedupe = pipeline->stages[stage].dedupe;
      if (dedupe != nullptr) route.windows.tables.push_back({stage, DedupeWindows(dedupe)});
    }
    if (!route.windows.tables.empty()) routes_.push_back(std::move(route));
  }
}

PipelineWindows* FileWindows::Of(size_t route) {
  for (RouteWindows& windows : routes_) {
    if (windows.route == route) return &windows.windows;
  }
  return nullptr;
}

bool FileWindows::idle() const {
  bool idle = true;
  ForEachTable([&](const RouteWindows&, const DedupeWindows& table) { idle &= table.idle(); });
  return idle;
}

bool FileWindows::owes() const {
  bool owes = false;
  ForEachTable([&](const RouteWindows&, const DedupeWindows& table) { owes |= table.owes(); });
  return owes;
}

bool FileWindows::closed() const {
  bool closed = false;
  ForEachTable(
      [&](const RouteWindows&, const DedupeWindows& table) { closed |= table.closed() > 0; });
  return closed;
}

size_t FileWindows::held_bytes() const {
  size_t bytes = 0;
  ForEachTable(
      [&](const RouteWindows&, const DedupeWindows& table) { bytes += table.held_bytes(); });
  return bytes;
}

MonotonicTime FileWindows::due() const {
  MonotonicTime first = MonotonicTime::max();
  ForEachTable([&](const RouteWindows& route, const DedupeWindows& table) {
    const std::optional<int64_t> due = table.due_nanos();
    if (route.pipeline->record_clock || !due) return;
    first = std::min(first, MonotonicTime(std::chrono::nanoseconds(*due)));
  });
  return first;
}

void FileWindows::EndOld(MonotonicTime now) {
  ForEachTable([now](const RouteWindows& route, DedupeWindows& table) {
    if (!route.pipeline->record_clock) table.EndOld(NanosOf(now));
  });
}

void FileWindows::EndAll(SummaryEnd why) {
  ForEachTable([why](const RouteWindows&, DedupeWindows& table) { table.EndAll(why); });
}

void FileWindows::CloseBehind(RangeRef limit) {
  if (limit.range.value() < looked_at_.value() + kLookAfterRanges) return;
  looked_at_ = limit.range;
  ForEachTable([limit](const RouteWindows&, DedupeWindows& table) { table.CloseBehind(limit); });
}

void FileWindows::HandOver(FileWindows& newer) {
  ForEachTable([&](const RouteWindows& route, DedupeWindows& table) {
    newer.ForEachTable([&](const RouteWindows& other, DedupeWindows& next) {
      // A table for a table, so that what they hold together stays the same.
      if (other.pipeline == route.pipeline && &next.options() == &table.options()) {
        std::swap(table, next);
      }
    });
  });
}

}  // namespace tailrace
