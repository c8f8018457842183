#include "agent/tail/resume_plan.h"

#include <algorithm>
#include <limits>

#include "agent/tail/line_search.h"

namespace tailrace {

ResumePlanner::ResumePlanner(const TailOptions& options, bool first_use, KnownFiles& known,
                             const HeadKey& keys, const Clock& clock)
    : options_(options), first_use_(first_use), known_(known), keys_(keys), clock_(clock) {}

ResumePlanner::Match ResumePlanner::MatchKey(const TailedFile& file, std::string_view head,
                                             const StoredFile& stored) const {
  if (KeyOf(file, stored.identity, head) == stored.key) return Match::kWhole;
  // Its key may have been made while the first line was still being written.
  if (stored.frontier_bytes >= static_cast<int64_t>(kHeadBytesMax)) return Match::kNone;
  for (size_t length = head.size(); length-- > 1;) {
    if (KeyOf(file, stored.identity, head.substr(0, length)) == stored.key) {
      return Match::kProvisional;
    }
  }
  return Match::kNone;
}

bool ResumePlanner::MatchContent(TailedFile& file, const StoredFile& stored) const {
  if (file.gz == nullptr) {
    return file.size >= stored.frontier_bytes &&
           AnchorHolds(file.fd.get(), stored.frontier_bytes, stored.anchor);
  }
  // A key of a first line with its time is proof enough not to inflate what is not needed.
  if (stored.complete && !file.stream->pod.empty()) return true;
  const std::optional<Tail> tail = file.gz->TailBefore(stored.frontier_bytes);
  if (!tail.has_value()) return false;
  Tail last;
  const size_t length = std::min<size_t>(stored.anchor.length_bytes, tail->length);
  last.Append(tail->view().substr(tail->length - length));
  return last.anchor() == stored.anchor;
}

ResumePlan ResumePlanner::Resume(KnownFile& known, Match match) const {
  known.claimed = true;
  ResumePlan plan;
  plan.identity = known.stored.identity;
  plan.key = known.stored.key;
  plan.rekey_due = match == Match::kProvisional;
  plan.offset = known.stored.frontier_bytes;
  plan.was_complete = known.stored.complete;
  return plan;
}

std::optional<ResumePlan> ResumePlanner::ByInode(TailedFile& file, std::string_view head) {
  std::optional<uint32_t> generation;
  for (KnownFile* known : known_.ByInode(file.source(), file.inode)) {
    // A key that its file gave up for another: nothing is to be resumed by it.
    const bool given_up = known->stored.gone && known->stored.frontier_bytes == 0;
    const Match match = given_up ? Match::kNone : MatchKey(file, head, known->stored);
    if (match != Match::kNone && MatchContent(file, known->stored)) return Resume(*known, match);
    if (known->stored.identity.device != file.inode.device) continue;
    known->truncated = true;
    generation = std::max(generation.value_or(0), known->stored.identity.generation);
  }
  if (!generation.has_value()) return std::nullopt;
  ResumePlan plan;
  plan.identity = file.inode;
  plan.identity.generation = *generation + 1;
  plan.key = KeyOf(file, plan.identity, head);
  return plan;
}

std::optional<ResumePlan> ResumePlanner::ByContent(TailedFile& file, std::string_view head) {
  const StreamInfo& stream = *file.stream;
  if (!stream.pod.empty()) {
    KnownFile* known = known_.ByKey(file.source(), KeyOf(file, file.inode, head));
    if (known == nullptr || !MatchContent(file, known->stored)) return std::nullopt;
    return Resume(*known, Match::kWhole);
  }
  // Only what is called like a generation of the log can be a copy of one.
  if (!file.rotated) return std::nullopt;
  for (KnownFile* known : known_.ByLineage(file.source(), stream.lineage)) {
    if (known->stored.frontier_bytes == 0) continue;
    if (MatchKey(file, head, known->stored) != Match::kWhole) continue;
    if (MatchContent(file, known->stored)) return Resume(*known, Match::kWhole);
  }
  return std::nullopt;
}

ResumePlan ResumePlanner::Plan(TailedFile& file, std::string_view head) {
  if (!file.compressed) {
    std::optional<ResumePlan> same = ByInode(file, head);
    const bool resumed = same.has_value() && same->offset > 0;
    if (resumed || (same.has_value() && file.stream->pod.empty())) return *same;
  }
  std::optional<ResumePlan> known = ByContent(file, head);
  if (known.has_value()) return *known;
  ResumePlan plan;
  plan.identity = file.inode;
  plan.identity.generation = file.stream->identity.generation;
  plan.key = KeyOf(file, plan.identity, head);
  if (file.compressed && file.stream->pod.empty()) {
    plan.kind = ResumePlan::Kind::kReject;
    return plan;
  }
  if (first_use_ && file.first_sweep) StartAt(file, plan);
  return plan;
}

void ResumePlanner::StartAt(TailedFile& file, ResumePlan& plan) const {
  const TailSourceOptions& source = options_.sources[file.source().value()];
  if (source.start_at.kind == StartAt::Kind::kBeginning) return;
  const int64_t age_nanos = std::chrono::nanoseconds(source.start_at.age).count();
  const int64_t cutoff = clock_.WallNanos() - age_nanos;
  const bool by_age = source.start_at.kind == StartAt::Kind::kAge;
  const bool old = !by_age || file.mtime_nanos < cutoff;
  if (file.compressed) {
    // Its length is found by inflating it.
    if (old) plan.start_skip_end = std::numeric_limits<int64_t>::max();
  } else if (old) {
    const auto unit_bytes = static_cast<int64_t>(source.newline.size());
    plan.start_skip_end =
        EndOfLastLine(file.fd.get(), file.size, source.max_line_bytes * unit_bytes, source.newline);
  } else if (file.stream->format == FileFormat::kCri) {
    plan.start_skip_end = FirstLineSince(file.fd.get(), file.size, cutoff);
  }
}

bool ResumePlanner::IsCopyOf(TailedFile& file, std::string_view head,
                             const TailedFile& other) const {
  const bool intact = other.identified && !other.loss.has_value() && !other.overwritten;
  if (!intact || &other == &file) return false;
  if (KeyOf(file, other.stream->identity, head) != other.stream->key) return false;
  if (!file.stream->pod.empty()) return true;
  if (other.position == 0) return false;  // Equal first lines alone prove nothing.
  if (file.gz == nullptr) {
    return file.size >= other.position &&
           AnchorHolds(file.fd.get(), other.position, other.tail.anchor());
  }
  const std::optional<Tail> tail = file.gz->TailBefore(other.position);
  return tail.has_value() && tail->view() == other.tail.view();
}

FileKey ResumePlanner::KeyOf(const TailedFile& file, const FileIdentity& identity,
                             std::string_view head) const {
  return keys_.Make(file.stream->format, file.stream->pod, identity, head);
}

}  // namespace tailrace
