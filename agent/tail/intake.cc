#include "agent/tail/intake.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "agent/base/status.h"
#include "agent/tail/rotation_name.h"

namespace tailrace {

Intake::Intake(const TailOptions& options, SelectFn select, Discovery& discovery, FileTable& table,
               LineageOrder& order, KnownFiles& known, ResumePlanner& planner, TailMetrics& metrics,
               const Clock& clock, size_t workers)
    : options_(options),
      select_(std::move(select)),
      discovery_(discovery),
      table_(table),
      order_(order),
      known_(known),
      planner_(planner),
      metrics_(metrics),
      clock_(clock),
      workers_(workers),
      naming_(options.sources) {}

void Intake::Take(const std::vector<PathChange>& changes, MonotonicTime now) {
  // What is known already first, so that a rename is not taken for a loss, nor the new file under
  // the old name begun before the old one is known to be rotated. Then the new ones: those that the
  // store knows by inode before others, which may be copies of them.
  std::vector<const PathChange*> fresh;
  for (const PathChange& change : changes) {
    if (change.kind != PathChange::Kind::kSeen) continue;
    TailedFile* file = FindTailed(change, change.stat.inode);
    if (file == nullptr) {
      fresh.push_back(&change);
    } else {
      Rebind(change, *file, now);
    }
  }
  for (const PathChange& change : changes) {
    if (change.kind == PathChange::Kind::kLost) Lose(change, now);
  }
  const auto is_known = [&](const PathChange* change) {
    return !known_.ByInode(change->source, change->stat.inode).empty();
  };
  // None of the old files has these names any more, before the first of the new ones is put in
  // order among them.
  for (const PathChange* change : fresh) Lose(*change, now);
  std::stable_partition(fresh.begin(), fresh.end(), is_known);
  for (const PathChange* change : fresh) Admit(*change, now);
}

// One that a reload has left is in nobody's way but its own source's, to which it may come back.
TailedFile* Intake::FindTailed(const PathChange& change, const FileIdentity& inode) const {
  TailedFile* file = table_.ByInode(inode);
  return file != nullptr && file->left && file->source() != change.source ? nullptr : file;
}

void Intake::Rebind(const PathChange& change, TailedFile& file, MonotonicTime now) {
  // One file, one source: the first that found it.
  if (file.source() != change.source) return;
  TailedFile* before = table_.ByPath(change.source, change.path);
  if (before == &file) return;
  if (file.left && !select_(file.source(), *file.stream)) return;
  table_.Bind(change.path, &file);
  if (file.left) ComeBack(file);
  file.mtime_nanos = change.stat.mtime_nanos;
  UpdateRotated(file, now);
  if (before != nullptr) UpdateRotated(*before, now);
}

void Intake::ComeBack(TailedFile& file) {
  file.left = false;
  file.return_due = file.announced;
  file.data_expected = true;
  order_.Insert(&file);
}

void Intake::Lose(const PathChange& change, MonotonicTime now) {
  TailedFile* file = table_.Unbind(change.source, change.path);
  if (file != nullptr) UpdateRotated(*file, now);
}

void Intake::UpdateRotated(TailedFile& file, MonotonicTime now) {
  const bool live = std::any_of(file.paths.begin(), file.paths.end(), [&](const std::string* path) {
    return *path == file.stream->path;
  });
  if (!file.paths.empty()) {
    const NameAge age = naming_.AgeOf(file.source(), *file.paths.back());
    file.rotation = age.rotation;
    file.rotation_number = age.number;
  }
  if (live) {
    file.rotated = false;
  } else if (!file.rotated || file.paths.empty()) {
    file.rotated = true;
    file.rotated_at = now;
  }
  table_.ScheduleBy(&file, now);
}

std::optional<NamedStream> Intake::NameOf(const PathChange& change) const {
  const auto is_log = [&](const std::string& path, uint64_t lineage) {
    if (order_.Has(lineage) || known_.HasLineage(lineage)) return true;
    const std::optional<FileStat> stat = StatName(AT_FDCWD, path.c_str());
    return stat.has_value() && (stat->regular() || stat->link());
  };
  return naming_.Name(change.source, change.path, is_log);
}

void Intake::Admit(const PathChange& change, MonotonicTime now) {
  const TailSourceOptions& source = options_.sources[change.source.value()];
  std::optional<NamedStream> named = NameOf(change);
  if (!named.has_value() || !select_(change.source, named->info)) return;
  // Whatever the name led to before, it does not any more.
  Lose(change, now);
  if (source.ignore_older.has_value() && known_.ByInode(change.source, change.stat.inode).empty()) {
    const int64_t age = clock_.WallNanos() - change.stat.mtime_nanos;
    if (age > std::chrono::nanoseconds(*source.ignore_older).count()) {
      TryLater(change, now);
      return;
    }
  }
  OpenedLog opened = discovery_.Open(change.source, change.path);
  if (!opened.ok()) {
    Refuse(change, opened, now);
    return;
  }
  TailedFile* known = FindTailed(change, opened.stat.inode);
  if (known != nullptr) {
    Rebind(change, *known, now);
    return;
  }
  // A link into docker's own directory says by its name what is in the file.
  if (source.kubernetes && opened.target.ends_with("-json.log")) {
    named->info.format = FileFormat::kDocker;
  }
  named->info.identity = opened.stat.inode;
  auto stream = std::make_shared<const StreamInfo>(std::move(named->info));
  const auto worker = static_cast<uint32_t>(stream->lineage % workers_);
  TailedFile* file = table_.Create(std::move(stream), opened.stat.inode, worker, now);
  file->fd = std::move(opened.fd);
  file->size = opened.stat.size_bytes;
  file->held_bytes = opened.stat.held_bytes;
  file->mtime_nanos = opened.stat.mtime_nanos;
  file->rotated = named->rotated;
  file->rotated_at = now;
  file->rotation = std::move(named->age.rotation);
  file->rotation_number = named->age.number;
  file->first_sweep = first_sweep_;
  file->found_in = discovery_.full_polls();
  discovery_.LookAgain(change.source, change.path, now);
  table_.Bind(change.path, file);
  order_.Insert(file);
  Identify(*file, Head::kComplete, now);
}

void Intake::Refuse(const PathChange& change, const OpenedLog& opened, MonotonicTime now) {
  if (opened.refusal == OpenRefusal::kMissing) return;
  metrics_.source(change.source).refused(opened.refusal).Add(1);
  if (refusal_throttle_.Allow(now)) {
    LogWarn("a file was not opened",
            {{"path", change.path},
             {"reason", OpenRefusalName(opened.refusal)},
             {"error", opened.error_number == 0
                           ? std::string()
                           : ErrnoStatus(opened.error_number, "open").ToString()}});
  }
  if (opened.refusal == OpenRefusal::kNoDescriptors) wants_descriptors_ = true;
  TryLater(change, now);
}

void Intake::TryLater(const PathChange& change, MonotonicTime now) {
  if (later_.size() < kLaterMax) {
    later_.push_back({change, now + kLaterInterval});
  } else if (!overflow_retry_) {
    overflow_retry_ = now + kOverflowInterval;
  }
}

void Intake::RetryLater(MonotonicTime now) {
  for (size_t left = later_.size(); left > 0 && later_.front().next <= now; --left) {
    PathChange change = std::move(later_.front().change);
    later_.pop_front();
    TryAgain(std::move(change), now);
  }
  if (!overflow_retry_ || now < *overflow_retry_) return;
  overflow_retry_.reset();
  later_.clear();  // Each of them is gone through as well.
  discovery_.ForEachName([&](SourceId source, std::string path, const TreeNode::Entry& entry) {
    PathChange change{PathChange::Kind::kSeen, source, std::move(path), {}, entry.link};
    change.stat.inode = entry.inode;
    TryAgain(std::move(change), now);
  });
}

void Intake::TryAgain(PathChange change, MonotonicTime now) {
  if (table_.ByPath(change.source, change.path) != nullptr) return;
  const std::optional<FileStat> stat = change.link ? StatTarget(AT_FDCWD, change.path.c_str())
                                                   : StatName(AT_FDCWD, change.path.c_str());
  // Another file under this name was found by a sweep, or will be.
  if (!stat.has_value() || stat->inode != change.stat.inode) return;
  change.stat = *stat;
  Admit(change, now);
}

// Within a cycle every directory was looked at, even if discovery always has something due.
bool Intake::OlderAreKnown(const TailedFile& file, MonotonicTime now) const {
  return discovery_.full_polls() > file.found_in || now - file.found_at >= discovery_.cycle();
}

bool Intake::WritesAreSeen(const TailedFile& file) const {
  return !file.paths.empty() && discovery_.SeesWrites(file.source(), *file.paths.front());
}

void Intake::Remove(TailedFile& file) {
  order_.Remove(&file);
  table_.Remove(&file);
}

}  // namespace tailrace
