#include "agent/pipeline/stages/dedupe_windows.h"

#include <algorithm>
#include <cstdlib>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// What one key takes in a flat_hash_map: the entry and its control byte.
constexpr size_t kKeyBytes = sizeof(std::pair<const DedupeKey, uint32_t>) + 1;

}  // namespace

DedupeWindows::DedupeWindows(std::shared_ptr<const DedupeOptions> options)
    : options_(std::move(options)),
      window_nanos_(std::chrono::nanoseconds(options_->window).count()) {}

bool DedupeWindows::Over(const Window& window, int64_t now_nanos) const {
  return std::abs(now_nanos - window.began_nanos) >= window_nanos_;
}

void DedupeWindows::EndOld(int64_t now_nanos) {
  while (oldest_ != kNone && Over(windows_[oldest_], now_nanos)) End(oldest_, SummaryEnd::kWindow);
}

bool DedupeWindows::Admit(const DedupeKey& key, int64_t now_nanos, const StageBatch& batch,
                          size_t record) {
  const auto found = keys_.find(key);
  if (found == keys_.end() || Over(windows_[found->second], now_nanos)) {
    if (found != keys_.end()) End(found->second, SummaryEnd::kWindow);
    Begin(key, now_nanos);
    return true;
  }
  std::unique_ptr<DedupeSummary>& summary = windows_[found->second].summary;
  if (summary == nullptr) {
    summary = std::make_unique<DedupeSummary>();
    summary->first_time = batch.record(record).time;
    ++open_summaries_;
  }
  ++summary->records;
  summary->covered_bytes += batch.batch().covered[record];
  summary->last_position = record;
  filtered_.emplace_back(summary.get(), record);
  return false;
}

void DedupeWindows::Keep(const StageBatch& batch) {
  for (const auto& [summary, record] : filtered_) {
    if (summary->last_position != record) continue;
    summary->last.Keep(batch, record);
    const size_t bytes = sizeof(DedupeSummary) + summary->last.bytes();
    summary_bytes_ += bytes - summary->charged_bytes;
    summary->charged_bytes = bytes;
  }
}

void DedupeWindows::Begin(const DedupeKey& key, int64_t now_nanos) {
  if (keys_.size() >= options_->max_keys) End(oldest_, SummaryEnd::kKeys);
  uint32_t position = unused_;
  if (position == kNone) {
    position = static_cast<uint32_t>(windows_.size());
    windows_.emplace_back();
  } else {
    unused_ = windows_[position].newer;
  }
  Window& window = windows_[position];
  window.key = key;
  window.began_nanos = now_nanos;
  window.older = newest_;
  window.newer = kNone;
  (newest_ == kNone ? oldest_ : windows_[newest_].newer) = position;
  newest_ = position;
  keys_.emplace(key, position);
}

void DedupeWindows::End(uint32_t position, SummaryEnd why) {
  Window& window = windows_[position];
  if (window.summary != nullptr) Close(window, why);
  (window.older == kNone ? oldest_ : windows_[window.older].newer) = window.newer;
  (window.newer == kNone ? newest_ : windows_[window.newer].older) = window.older;
  keys_.erase(window.key);
  window.newer = unused_;
  unused_ = position;
}

void DedupeWindows::Close(Window& window, SummaryEnd why) {
  window.summary->end = why;
  closed_.push_back(std::move(window.summary));
  --open_summaries_;
}

void DedupeWindows::EndAll(SummaryEnd why) {
  while (oldest_ != kNone) End(oldest_, why);
  ReleaseMemory();
}

void DedupeWindows::CloseBehind(RangeRef limit) {
  for (uint32_t at = oldest_; at != kNone; at = windows_[at].newer) {
    Window& window = windows_[at];
    if (window.summary == nullptr) continue;
    const std::vector<RangeRef>& ranges = window.summary->ranges;
    const bool behind = std::any_of(ranges.begin(), ranges.end(), [&](const RangeRef& range) {
      return range.file == limit.file && range.range < limit.range;
    });
    if (behind) Close(window, SummaryEnd::kSpan);
  }
}

std::optional<int64_t> DedupeWindows::due_nanos() const {
  if (oldest_ == kNone) return std::nullopt;
  return windows_[oldest_].began_nanos + window_nanos_;
}

size_t DedupeWindows::held_bytes() const {
  return windows_.capacity() * sizeof(Window) + keys_.capacity() * kKeyBytes + summary_bytes_;
}

DedupeSummaries DedupeWindows::TakeClosed(size_t records_max, size_t bytes_max) {
  DedupeSummaries taken;
  size_t bytes = 0;
  size_t count = 0;
  for (; count < std::min(closed_.size(), records_max); ++count) {
    bytes += closed_[count]->last.text().size();
    if (count > 0 && bytes > bytes_max) break;
    summary_bytes_ -= closed_[count]->charged_bytes;
    taken.push_back(std::move(closed_[count]));
  }
  closed_.erase(closed_.begin(), closed_.begin() + static_cast<ptrdiff_t>(count));
  ReleaseMemory();
  return taken;
}

// An idle stream costs nothing here.
void DedupeWindows::ReleaseMemory() {
  if (!idle()) return;
  CHECK(summary_bytes_ == 0);
  windows_ = std::vector<Window>();
  unused_ = kNone;
  keys_ = absl::flat_hash_map<DedupeKey, uint32_t>();
  closed_ = DedupeSummaries();
}

DedupeWindows& PipelineWindows::Of(const DedupeOptions& options) {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const Table& table) {
    return &table.windows.options() == &options;
  });
  CHECK(found != tables.end());
  return found->windows;
}

void PipelineWindows::ForgetFiltered() {
  for (Table& table : tables) table.windows.TakeFiltered([](const DedupeSummary&, size_t) {});
}

}  // namespace tailrace
