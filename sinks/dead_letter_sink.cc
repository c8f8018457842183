#include "sinks/dead_letter_sink.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "sinks/rotated_names.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryMin{500};
constexpr milliseconds kRetryMax{10'000};

bool Exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

}  // namespace

DeadLetterSink::Shelf::Shelf(DeadLetterFile dead_letter_file, const DiskOps& disk)
    : options(std::move(dead_letter_file)), file({.path = options.options.path}, disk) {}

DeadLetterSink::DeadLetterSink(std::vector<DeadLetterFile> files, int wake_fd, const Clock& clock,
                               SettleFn settle, const DiskOps& disk,
                               SpscRing<DeadLetterFile>* later)
    : disk_(disk),
      wake_fd_(wake_fd),
      clock_(clock),
      settle_(std::move(settle)),
      later_(later),
      backoff_(kRetryMin, kRetryMax, static_cast<uint64_t>(clock.WallNanos())) {
  for (DeadLetterFile& file : files) AddShelf(std::move(file));
}

// Two shelves for one path would cut off each other's lines.
void DeadLetterSink::AddShelf(DeadLetterFile file) {
  const auto same = std::find_if(shelves_.begin(), shelves_.end(), [&](const Shelf& shelf) {
    return shelf.options.options.path == file.options.path;
  });
  if (same == shelves_.end()) {
    by_sink_.push_back(&shelves_.emplace_back(std::move(file), disk_));
  } else {
    same->options = std::move(file);
    by_sink_.push_back(&*same);
  }
}

void DeadLetterSink::TakeLater() {
  if (later_ == nullptr) return;
  while (std::optional<DeadLetterFile> file = later_->TryPop()) AddShelf(*std::move(file));
}

bool DeadLetterSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  TakeLater();
  CHECK(payload->sink.value() < by_sink_.size());
  Shelf& shelf = *by_sink_[payload->sink.value()];
  if (draining_ || shelf.queue.size() >= kQueueMax) return false;
  shelf.queue.push_back({worker, std::move(payload)});
  return true;
}

void DeadLetterSink::Poll(milliseconds budget) {
  if (Work()) return;
  const MonotonicTime due = NextDue();
  const auto until_due = std::chrono::ceil<milliseconds>(due - std::min(due, clock_.Now()));
  WaitForWake(wake_fd_, std::min(budget, until_due));
}

void DeadLetterSink::Drain(MonotonicTime deadline) {
  draining_ = true;
  Work();
  while (!idle() && NextDue() <= deadline && clock_.Now() <= deadline) {
    WaitForWake(-1, std::chrono::ceil<milliseconds>(NextDue() - clock_.Now()));
    Work();
  }
}

bool DeadLetterSink::idle() const {
  return std::all_of(shelves_.begin(), shelves_.end(),
                     [](const Shelf& shelf) { return shelf.queue.empty(); });
}

std::string DeadLetterSink::down_reason() const {
  for (const Shelf& shelf : shelves_) {
    if (!shelf.down_reason.empty()) {
      return Concat({"dead letters of sink ", shelf.options.sink, ": ", shelf.down_reason});
    }
  }
  return "";
}

MonotonicTime DeadLetterSink::NextDue() const {
  MonotonicTime due = MonotonicTime::max();
  for (const Shelf& shelf : shelves_) {
    if (!shelf.queue.empty()) due = std::min(due, shelf.retry_at);
  }
  return due;
}

bool DeadLetterSink::Work() {
  bool worked = false;
  for (Shelf& shelf : shelves_) {
    // A torn line is cut off at the start, but no file is made before there is a letter.
    if (!looked_ && Exists(shelf.options.options.path)) {
      if (const absl::Status status = shelf.file.Refresh(); !status.ok()) OnError(shelf, status);
    }
    worked |= WorkOn(shelf);
  }
  looked_ = true;
  return worked;
}

bool DeadLetterSink::WorkOn(Shelf& shelf) {
  if (shelf.queue.empty() || clock_.Now() < shelf.retry_at) return false;
  absl::Status status = MakeParents(shelf);
  if (status.ok()) status = WriteQueue(shelf);
  // Lost by the disk, but not by the queue: written anew the next time.
  if (status.code() == absl::StatusCode::kDataLoss) shelf.written_count = 0;
  // What a full disk took before is confirmed nevertheless.
  const absl::Status synced = SyncWritten(shelf);
  if (!synced.ok()) status = synced;
  if (!status.ok()) {
    OnError(shelf, status);
  } else {
    shelf.failures = 0;
    shelf.retry_at = {};
    shelf.down_reason.clear();
  }
  return true;
}

// The default place is a folder of the state directory, which nobody else makes, and with
// --no-state not even that is there.
absl::Status DeadLetterSink::MakeParents(Shelf& shelf) {
  if (shelf.parents_made) return absl::OkStatus();
  const std::string& path = shelf.options.options.path;
  for (size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    if (mkdir(folder.c_str(), 0700) == 0) {
      shelf.new_folders.push_back(folder);
    } else if (errno != EEXIST) {
      return ErrnoStatus(errno, Concat({"mkdir ", folder}));
    }
  }
  while (!shelf.new_folders.empty()) {
    RETURN_IF_ERROR(SyncDirectoryOf(shelf.new_folders.back(), disk_));
    shelf.new_folders.pop_back();
  }
  shelf.parents_made = true;
  return absl::OkStatus();
}

absl::Status DeadLetterSink::WriteQueue(Shelf& shelf) {
  const DeadLetterOptions& options = shelf.options.options;
  while (shelf.written_count < shelf.queue.size()) {
    RETURN_IF_ERROR(shelf.file.Refresh());
    const std::string_view lines = shelf.queue[shelf.written_count].payload->bytes.view();
    const int64_t size_bytes = shelf.file.size_bytes() + static_cast<int64_t>(lines.size());
    // The first payload may be larger than the bound: it would wait for ever.
    if (size_bytes > options.max_size_bytes && shelf.file.size_bytes() > 0) {
      if (options.when_full == WhenFull::kDrop) {
        Drop(shelf);
        continue;
      }
      return absl::ResourceExhaustedError(ToAbsl(
          Concat({options.path, " has reached its max_size: move it away, or raise max_size"})));
    }
    RETURN_IF_ERROR(shelf.file.Append(lines));
    ++shelf.written_count;
  }
  return absl::OkStatus();
}

absl::Status DeadLetterSink::SyncWritten(Shelf& shelf) {
  if (shelf.written_count == 0) return absl::OkStatus();
  const absl::Status synced = shelf.file.Sync();
  if (synced.code() == absl::StatusCode::kDataLoss) shelf.written_count = 0;
  RETURN_IF_ERROR(synced);
  for (; shelf.written_count > 0; --shelf.written_count) {
    Queued done = std::move(shelf.queue.front());
    shelf.queue.pop_front();
    Settlement settlement;
    settlement.sink = done.payload->sink;
    settlement.delivered_items = done.payload->items.size();
    shelf.options.counters->dead_letters_written.Add(settlement.delivered_items);
    settlement.released = std::move(done.payload->ranges);
    settlement.recycled = std::move(done.payload);
    settle_(done.worker, std::move(settlement));
  }
  return absl::OkStatus();
}

void DeadLetterSink::Drop(Shelf& shelf) {
  const auto next = shelf.queue.begin() + static_cast<ptrdiff_t>(shelf.written_count);
  Queued dropped = std::move(*next);
  shelf.queue.erase(next);
  Settlement settlement;
  settlement.sink = dropped.payload->sink;
  settlement.dropped_items = dropped.payload->items.size();
  settlement.released = std::move(dropped.payload->ranges);
  settlement.recycled = std::move(dropped.payload);
  shelf.options.counters->dead_letters_dropped.Add(settlement.dropped_items);
  if (shelf.error_log.Allow(clock_.Now())) {
    LogError("dead letters are dropped: their file has reached its max_size",
             {{"sink", shelf.options.sink}, {"path", shelf.options.options.path}});
  }
  settle_(dropped.worker, std::move(settlement));
}

void DeadLetterSink::OnError(Shelf& shelf, const absl::Status& status) {
  ++shelf.failures;
  shelf.retry_at = clock_.Now() + backoff_.After(shelf.failures);
  shelf.down_reason = FromAbsl(status.message());
  if (shelf.error_log.Allow(clock_.Now())) {
    LogWarn("dead letters cannot be written; they wait",
            {{"sink", shelf.options.sink}, {"error", shelf.down_reason}});
  }
}

}  // namespace tailrace
