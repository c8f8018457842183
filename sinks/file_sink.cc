#include "sinks/file_sink.h"

#include <algorithm>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "sinks/returned_payload.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryMin{250};
constexpr milliseconds kRetryMax{10'000};
constexpr int kZstdLevel = 1;

}  // namespace

FileSink::FileSink(FileSinkOptions options, LocalSinkLinks links, SettleFn settle,
                   const DiskOps& disk)
    : options_(std::move(options)),
      links_(links),
      settle_(std::move(settle)),
      file_({options_.path, options_.max_size_bytes, options_.max_files,
             options_.zstd ? FileContent::kZstdFrames : FileContent::kLines},
            disk),
      backoff_(kRetryMin, kRetryMax, static_cast<uint64_t>(links.clock->WallNanos())) {
  if (options_.zstd) compressor_.emplace(kZstdLevel);
}

bool FileSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (draining_ || queue_.size() >= kQueueMax || unsynced_.size() >= kUnsyncedMax) return false;
  queue_.push_back({worker, std::move(payload)});
  return true;
}

void FileSink::Poll(milliseconds budget) {
  if (Work()) return;
  const auto until_due =
      std::chrono::ceil<milliseconds>(NextDue() - std::min(NextDue(), links_.clock->Now()));
  WaitForWake(links_.wake_fd, std::min(budget, until_due));
}

void FileSink::Drain(MonotonicTime deadline) {
  draining_ = true;
  Work();
  while (!idle() && retry_at_ <= deadline && links_.clock->Now() <= deadline) {
    WaitForWake(-1, std::chrono::ceil<milliseconds>(retry_at_ - links_.clock->Now()));
    Work();
  }
}

void FileSink::GiveUp(MonotonicTime deadline) {
  Drain(deadline);
  for (Unsynced& written : std::exchange(unsynced_, {})) {
    const uint64_t items = std::exchange(written.settlement.delivered_items, 0);
    written.settlement.dropped_items = items;
    links_.counters->dropped_removed.Add(items);
    settle_(written.worker, std::move(written.settlement));
  }
  for (Queued& queued : std::exchange(queue_, {})) {
    settle_(queued.worker, ReturnWhole(std::move(queued.payload)));
  }
}

MonotonicTime FileSink::NextDue() const {
  if (file_.is_open() && idle()) return MonotonicTime::max();
  if (failures_ > 0) return retry_at_;
  return queue_.empty() ? next_sync_ : links_.clock->Now();
}

bool FileSink::Work() {
  const MonotonicTime now = links_.clock->Now();
  if (failures_ > 0 && now < retry_at_) return false;
  if (file_.is_open() && queue_.empty() && !SyncIsDue()) return false;
  // At the start too, so that a torn line does not wait for the first record.
  absl::Status status = file_.is_open() ? absl::OkStatus() : file_.Refresh();
  if (status.ok()) status = WriteQueue();
  if (status.code() == absl::StatusCode::kDataLoss) OnLoss();
  // A full disk may still take what was written before.
  if (SyncIsDue()) {
    const absl::Status synced = SyncWritten();
    if (synced.code() == absl::StatusCode::kDataLoss) OnLoss();
    if (!synced.ok()) status = synced;
  }
  if (!status.ok()) {
    OnError(status);
  } else {
    failures_ = 0;
    down_reason_.clear();
  }
  return true;
}

bool FileSink::SyncIsDue() const {
  return !unsynced_.empty() && (draining_ || links_.clock->Now() >= next_sync_);
}

absl::Status FileSink::WriteQueue() {
  while (!queue_.empty()) {
    Queued& next = queue_.front();
    Payload& payload = *next.payload;
    const std::string_view bytes = Packed(payload);
    RETURN_IF_ERROR(file_.Append(bytes));
    links_.counters->requests.Add(1);
    links_.counters->wire_bytes.Add(bytes.size());
    Unsynced written{next.worker, DocumentBytes(payload), {}};
    written.settlement.sink = payload.sink;
    written.settlement.delivered_items = payload.items.size();
    written.settlement.released = std::move(payload.ranges);
    Settlement shell;
    shell.sink = payload.sink;
    shell.recycled = std::move(next.payload);
    unsynced_.push_back(std::move(written));
    queue_.pop_front();
    settle_(unsynced_.back().worker, std::move(shell));
  }
  return absl::OkStatus();
}

std::string_view FileSink::Packed(const Payload& payload) {
  if (!compressor_.has_value()) return payload.bytes.view();
  frame_.clear();
  compressor_->AppendTo(payload.bytes.view(), frame_);
  return frame_;
}

absl::Status FileSink::SyncWritten() {
  const MonotonicTime began = links_.clock->Now();
  next_sync_ = began + options_.flush_interval;
  RETURN_IF_ERROR(file_.Sync());
  const std::chrono::duration<double> seconds = links_.clock->Now() - began;
  links_.counters->request_seconds.Observe(seconds.count());
  for (Unsynced& written : unsynced_) {
    links_.counters->delivered.Add(written.settlement.delivered_items);
    links_.counters->delivered_bytes.Add(written.document_bytes);
    settle_(written.worker, std::move(written.settlement));
  }
  unsynced_.clear();
  return absl::OkStatus();
}

void FileSink::OnLoss() {
  LogError("written documents are lost on the disk; they are read again at the next start",
           {{"path", options_.path}, {"payloads", std::to_string(unsynced_.size())}});
  unsynced_.clear();
}

void FileSink::OnError(const absl::Status& status) {
  ++failures_;
  const MonotonicTime now = links_.clock->Now();
  retry_at_ = now + backoff_.After(failures_);
  if (!draining_ && queue_.empty() && !unsynced_.empty()) {
    retry_at_ = std::max(retry_at_, next_sync_);
  }
  down_reason_ = FromAbsl(status.message());
  if (error_log_.Allow(now)) {
    LogWarn("the file sink cannot write; it tries again",
            {{"path", options_.path}, {"error", down_reason_}});
  }
}

}  // namespace tailrace
