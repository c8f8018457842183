#include "agent/state/checkpoint_writer.h"

#include "agent/base/status.h"
#include "agent/state/state_dir.h"

namespace tailrace {
namespace {

constexpr std::chrono::hours kExpiryInterval{1};
constexpr size_t kKeptCapacity = 1024;

}  // namespace

CheckpointWriter::CheckpointWriter(StateOptions options, MetricRegistry& registry,
                                   const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      errors_(registry.GetCounter("tailrace_checkpoint_errors_total",
                                  "Tries to store checkpoints that failed; they are repeated.")),
      dropped_(registry.GetCounter("tailrace_checkpoints_dropped_total",
                                   "Checkpoints that found no room while the store failed.")),
      set_aside_(registry.GetCounter("tailrace_checkpoint_stores_set_aside_total",
                                     "Damaged or missing stores that were replaced.")),
      age_seconds_(registry.GetGauge("tailrace_checkpoint_age_seconds",
                                     "Age of the oldest checkpoint that is not durable yet.")) {}

StoredState CheckpointWriter::Open() {
  StoredState state;
  state.first_use = options_.dir.empty() || IsFirstUse(options_.dir);
  if (options_.dir.empty()) return state;
  auto opened = CheckpointStore::Open(options_.dir, options_.source_names, clock_);
  if (!opened.ok()) {
    errors_.Add(1);
    LogError("the state directory cannot be used; every file is read from its beginning",
             {{"dir", options_.dir}, {"error", opened.status().ToString()}});
    return state;
  }
  if (opened->state.set_aside) set_aside_.Add(1);
  store_ = std::move(opened->store);
  return std::move(opened->state);
}

void CheckpointWriter::AddSource(std::string name) {
  if (store_ != nullptr) store_->AddSource(name);
  options_.source_names.push_back(std::move(name));
}

void CheckpointWriter::Add(CheckpointBatch batch) {
  if (options_.dir.empty()) return;
  for (Checkpoint& checkpoint : batch) {
    const StreamInfo& stream = *checkpoint.stream;
    const FileOfSource file{stream.source, {stream.identity, stream.key}};
    if (const auto found = positions_.find(file); found != positions_.end()) {
      pending_[found->second] = std::move(checkpoint);
    } else if (pending_.size() < options_.pending_files_max) {
      positions_.emplace(file, pending_.size());
      pending_.push_back(std::move(checkpoint));
    } else {
      dropped_.Add(1);
    }
  }
  if (!pending_.empty() && !pending_since_.has_value()) pending_since_ = clock_.Now();
}

void CheckpointWriter::CommitIfDue() {
  ReportAge();
  const std::optional<MonotonicTime> due = next_due();
  if (!due.has_value() || clock_.Now() < *due) return;
  const absl::Status committed = Commit();
  if (!committed.ok() && error_log_.Allow(clock_.Now())) {
    LogWarn("checkpoints are not stored; they are kept and tried again",
            {{"dir", options_.dir}, {"error", committed.ToString()}});
  }
}

absl::Status CheckpointWriter::Commit() {
  if (pending_.empty()) return absl::OkStatus();
  last_try_ = clock_.Now();
  absl::Status committed = TryCommit();
  if (committed.ok()) {
    ForgetPending();
  } else {
    errors_.Add(1);
  }
  ReportAge();
  return committed;
}

void CheckpointWriter::ForgetPending() {
  pending_since_.reset();
  if (pending_.capacity() > kKeptCapacity) {
    // Room for thousands of files, which may be idle from now on.
    pending_ = CheckpointBatch();
    positions_ = {};
  } else {
    pending_.clear();
    positions_.clear();
  }
}

absl::Status CheckpointWriter::TryCommit() {
  if (store_ == nullptr) RETURN_IF_ERROR(Reopen());
  absl::Status status = store_->Commit(pending_);
  if (status.ok() && clock_.Now() >= next_expiry_) {
    // In the same try: rows that stay an hour longer harm nobody.
    next_expiry_ = clock_.Now() + kExpiryInterval;
    status = store_->Expire();
  }
  // The store is no longer the one that was opened: the next try looks at what is there.
  if (status.code() == absl::StatusCode::kDataLoss) store_.reset();
  return status;
}

absl::Status CheckpointWriter::Reopen() {
  ASSIGN_OR_RETURN(CheckpointStore::Opened opened,
                   CheckpointStore::Open(options_.dir, options_.source_names, clock_));
  // What it had is not used: files without a row are read from their beginning the next time.
  if (opened.state.set_aside) set_aside_.Add(1);
  store_ = std::move(opened.store);
  return absl::OkStatus();
}

std::optional<MonotonicTime> CheckpointWriter::next_due() const {
  if (pending_.empty()) return std::nullopt;
  return last_try_.has_value() ? *last_try_ + options_.commit_interval : *pending_since_;
}

void CheckpointWriter::ReportAge() {
  const auto age =
      pending_since_.has_value() ? clock_.Now() - *pending_since_ : MonotonicTime::duration::zero();
  age_seconds_.Set(std::chrono::duration<double>(age).count());
}

}  // namespace tailrace
