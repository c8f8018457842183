#include "agent/tail/upkeep.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace tailrace {
namespace {

double Seconds(MonotonicTime::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

struct Upkeep::Seen {
  size_t open = 0;
  int64_t lag_bytes = 0;
  MonotonicTime unread_since = MonotonicTime::max();
  std::vector<TailedFile*> deleted;  // And held open.
};

Upkeep::Upkeep(const TailOptions& options, FileTable& table, FileTurns& turns, Intake& intake,
               TailMetrics& metrics)
    : options_(options), table_(table), turns_(turns), intake_(intake), metrics_(metrics) {}

void Upkeep::RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const auto most = static_cast<double>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
  max_open_ = options_.max_open_files > 0 ? options_.max_open_files
                                          : static_cast<size_t>(most * kDescriptorShare);
}

void Upkeep::Run(MonotonicTime now) {
  std::vector<Seen> seen(options_.sources.size());
  size_t open = 0;
  table_.ForEach([&](TailedFile* file) {
    if (file->left) return;
    Seen& source = seen[file->source().value()];
    if (file->has_handle()) {
      ++source.open;
      ++open;
      if (file->deleted) source.deleted.push_back(file);
    }
    if (file->backlog() > 0 && !file->loss.has_value()) {
      source.lag_bytes += file->backlog();
      source.unread_since = std::min(source.unread_since, file->unread_since);
    }
  });
  Show(seen, now);
  for (size_t i = 0; i < seen.size(); ++i) {
    BoundDeleted(SourceId(static_cast<uint16_t>(i)), seen[i].deleted, now);
  }
  if (open > max_open_) CloseIdle(now, kIdleTime, open - max_open_);
}

void Upkeep::Show(const std::vector<Seen>& seen, MonotonicTime now) {
  for (size_t i = 0; i < seen.size(); ++i) {
    const SourceMetrics& metrics = metrics_.source(SourceId(static_cast<uint16_t>(i)));
    const Seen& source = seen[i];
    metrics.files_open.Set(static_cast<double>(source.open));
    metrics.files_held_deleted.Set(static_cast<double>(source.deleted.size()));
    metrics.lag_bytes.Set(static_cast<double>(source.lag_bytes));
    const bool lags = source.unread_since < now;
    metrics.lag_seconds.Set(lags ? Seconds(now - source.unread_since) : 0);
  }
}

void Upkeep::BoundDeleted(SourceId source, std::vector<TailedFile*>& deleted, MonotonicTime now) {
  int64_t held = 0;
  for (const TailedFile* file : deleted) held += file->held_bytes;
  const int64_t most = options_.sources[source.value()].max_held_deleted_bytes;
  if (held <= most) return;
  // Those that were read first, which costs nothing; then the oldest.
  std::sort(deleted.begin(), deleted.end(), [](const TailedFile* a, const TailedFile* b) {
    const bool a_read = a->backlog() == 0;
    const bool b_read = b->backlog() == 0;
    return std::pair(!a_read, a->rotated_at) < std::pair(!b_read, b->rotated_at);
  });
  for (TailedFile* file : deleted) {
    if (held <= most) return;
    held -= file->held_bytes;
    if (file->backlog() == 0) {
      // Its next turn finds that it is quiet for long enough, and ends it.
      file->rotated_at = file->grew_at = now - kDrainTime;
    } else if (!file->loss.has_value() && !intake_.UseSpare(*file, now)) {
      turns_.Lose(*file, SkipReason::kDeletedUnread);
      file->fd.reset();
      file->gz.reset();
    }
    table_.Schedule(file, now);
  }
}

void Upkeep::FreeDescriptors(MonotonicTime now) {
  CloseIdle(now, std::chrono::seconds(0), max_open_ / 8 + 1);
}

void Upkeep::CloseIdle(MonotonicTime now, std::chrono::seconds idle_for, size_t target) {
  std::vector<TailedFile*> idle;
  table_.ForEach([&](TailedFile* file) {
    // A file that is held, paused or about to end would be lost or delayed without its handle.
    const bool keeps = !file->fd.valid() || file->rotated || file->deleted || file->paused ||
                       file->paths.empty() || file->backlog() > 0 || file->overwritten;
    const bool known = file->announced || file->size == 0;
    if (!keeps && known && now - file->grew_at >= idle_for) idle.push_back(file);
  });
  const size_t closed = std::min(idle.size(), target);
  std::partial_sort(
      idle.begin(), idle.begin() + static_cast<ptrdiff_t>(closed), idle.end(),
      [](const TailedFile* a, const TailedFile* b) { return a->grew_at < b->grew_at; });
  for (size_t i = 0; i < closed; ++i) {
    idle[i]->fd.reset();
    metrics_.source(idle[i]->source()).descriptors_closed.Add(1);
  }
}

}  // namespace tailrace
