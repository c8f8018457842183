#include "agent/tail/source_switch.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

SourceSwitch::SourceSwitch(TailOptions& options, Discovery& discovery, FileTable& table,
                           LineageOrder& order, KnownFiles& known, Intake& intake, FileTurns& turns,
                           SlabWriter& writer, TailMetrics& metrics, MetricRegistry& registry)
    : options_(options),
      discovery_(discovery),
      table_(table),
      order_(order),
      known_(known),
      intake_(intake),
      turns_(turns),
      writer_(writer),
      metrics_(metrics),
      registry_(registry) {}

void SourceSwitch::Begin(ReaderReloadPtr reload, MonotonicTime now) {
  CHECK(!under_way());
  reload_ = std::move(reload);
  CHECK(reload_->sources.size() >= options_.sources.size());
  findings_ = Findings();
  epochs_sent_ = 0;
  AddSources();
  intake_.SetSelect(std::move(reload_->select));
  for (size_t i = 0; i < options_.sources.size(); ++i) {
    const SourceId source(static_cast<uint16_t>(i));
    const SourceFate fate = reload_->sources[i].fate;
    options_.sources[i] = reload_->sources[i].options;
    if (fate == SourceFate::kRemoved || fate == SourceFate::kChanged) discovery_.Remove(source);
    if (fate == SourceFate::kChanged || fate == SourceFate::kAdded) {
      discovery_.Add(source, now, findings_);
    }
  }
  discovery_.SourcesChanged();
  for (size_t i = 0; i < options_.sources.size(); ++i) {
    const SourceFate fate = reload_->sources[i].fate;
    if (fate == SourceFate::kRemoved || fate == SourceFate::kChanged) {
      PlanLeaves(SourceId(static_cast<uint16_t>(i)));
    }
  }
}

void SourceSwitch::AddSources() {
  for (size_t i = options_.sources.size(); i < reload_->sources.size(); ++i) {
    const TailSourceOptions& added = reload_->sources[i].options;
    options_.sources.push_back(added);
    metrics_.AddSource(registry_, added.name);
    table_.AddSource();
    known_.AddSource(SourceId(static_cast<uint16_t>(i)), added.name);
  }
}

void SourceSwitch::PlanLeaves(SourceId source) {
  const bool removed = reload_->sources[source.value()].fate == SourceFate::kRemoved;
  absl::flat_hash_set<std::string_view> found;
  for (const PathChange& change : findings_.paths) {
    if (change.source == source) found.insert(change.path);
  }
  std::vector<std::string> lost;
  table_.ForEach([&](TailedFile* file) {
    if (file->source() != source || file->left) return;
    if (removed || !AsksFor(*file, found)) {
      leaves_.push_back(file->id);
      return;
    }
    // What went away in this moment nobody else tells.
    for (const std::string* path : file->paths) {
      if (!found.contains(*path)) lost.push_back(*path);
    }
  });
  for (std::string& path : lost) {
    PathChange change;
    change.kind = PathChange::Kind::kLost;
    change.source = source;
    change.path = std::move(path);
    findings_.paths.push_back(std::move(change));
  }
}

bool SourceSwitch::AsksFor(const TailedFile& file,
                           const absl::flat_hash_set<std::string_view>& found) const {
  if (!intake_.Selects(*file.stream)) return false;
  // A file without a name is drained, as if there had been no reload.
  if (file.paths.empty()) return true;
  return std::any_of(file.paths.begin(), file.paths.end(), [&](const std::string* path) {
    if (found.contains(*path)) return true;
    const std::optional<FileStat> stat = StatTarget(AT_FDCWD, path->c_str());
    return !stat.has_value() || stat->inode != file.inode;
  });
}

bool SourceSwitch::Continue(MonotonicTime now) {
  if (!SendLeaves(now)) return false;
  for (; epochs_sent_ < writer_.workers(); ++epochs_sent_) {
    Segment segment;
    segment.kind = SegmentKind::kEpoch;
    segment.epoch = reload_->epoch;
    if (!writer_.Append(static_cast<uint32_t>(epochs_sent_), std::move(segment), now)) return false;
  }
  writer_.SendAll();
  Refresh(now);
  intake_.Take(findings_.paths, now);
  reload_.reset();
  return true;
}

bool SourceSwitch::SendLeaves(MonotonicTime now) {
  while (!leaves_.empty()) {
    TailedFile* file = table_.Find(leaves_.back());
    if (file != nullptr) {
      // With a kReturn still due, the worker takes it for one that was left.
      const bool tell = file->announced && !file->return_due;
      if (tell && !turns_.SendStep(*file, SegmentKind::kLeave, now)) return false;
      Leave(*file, now);
    }
    leaves_.pop_back();
  }
  return true;
}

void SourceSwitch::Leave(TailedFile& file, MonotonicTime now) {
  order_.Remove(&file);
  while (!file.paths.empty()) {
    const std::string path = *file.paths.back();
    table_.Unbind(file.source(), path);
  }
  file.left = true;
  file.return_due = false;
  file.spare_path.clear();
  // No name will ever lead to it again.
  if (file.deleted && !file.loss.has_value()) turns_.Lose(file, SkipReason::kDeletedUnread);
  // What was inflated of a compressed file cannot be had again cheaply.
  file.fd.reset();
  file.left_until = now + kLeftTime;
  table_.Schedule(&file, file.left_until);
}

void SourceSwitch::Refresh(MonotonicTime now) {
  table_.ForEach([&](TailedFile* file) {
    const size_t source = file->source().value();
    const TailSourceOptions& options = options_.sources[source];
    const SourceFate fate = reload_->sources[source].fate;
    if (fate != SourceFate::kChanged && fate != SourceFate::kAdded) return;
    // What was written between two watches of its directory made no hint.
    if (!file->left && file->due != MonotonicTime::max()) table_.ScheduleBy(file, now);
    if (file->stream->labels == options.labels) return;
    auto stream = std::make_shared<StreamInfo>(*file->stream);
    stream->labels = options.labels;
    file->stream = std::move(stream);
    if (file->announced) file->rekey_due = true;
  });
}

}  // namespace tailrace
