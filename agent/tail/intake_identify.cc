// The part of Intake that deals with content: heads, copies, spares, generations.
#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "agent/tail/intake.h"
#include "agent/tail/rotation_name.h"

namespace tailrace {
namespace {

// Decides what is compressed, and with what; the rest of the head decides nothing.
constexpr size_t kMagicBytes = 16;

StreamInfoPtr WithIdentity(const StreamInfo& stream, const FileIdentity& identity,
                           const FileKey& key) {
  auto changed = std::make_shared<StreamInfo>(stream);
  changed->identity = identity;
  changed->key = key;
  return changed;
}

}  // namespace

Identified Intake::Identify(TailedFile& file, Head wanted, MonotonicTime now) {
  if (file.gz == nullptr) {
    const std::string magic = ReadHead(file.fd.get(), kMagicBytes);
    const Compression compression = DetectCompression(magic);
    if (compression == Compression::kGzip) {
      file.compressed = true;
      file.gz = std::make_unique<GzFile>(std::move(file.fd));
    } else if (compression == Compression::kOther) {
      RejectCompressed(file, now);
      return Identified::kReject;
    }
  }
  const std::string bytes =
      file.gz != nullptr ? file.gz->Head(kHeadBytesMax) : ReadHead(file.fd.get(), kHeadBytesMax);
  const std::string_view head = HeadOf(bytes);
  if (head.empty() && file.gz != nullptr) return TakeEmptyGz(file, wanted, now);
  const bool complete = HeadIsComplete(head);
  if (head.empty() || (!complete && wanted == Head::kComplete && !file.compressed)) {
    return Identified::kWait;
  }
  TailedFile* original = FindOriginal(file, head);
  if (original != nullptr) {
    Merge(file, *original, now);
    return Identified::kReject;
  }
  const ResumePlan plan = planner_.Plan(file, head);
  if (plan.kind == ResumePlan::Kind::kReject) {
    RejectCompressed(file, now);
    return Identified::kReject;
  }
  file.stream = WithIdentity(*file.stream, plan.identity, plan.key);
  file.position = plan.offset;
  file.start_skip_end = plan.start_skip_end;
  file.provisional = !complete || plan.rekey_due;
  if (file.gz == nullptr) {
    file.tail = ReadTail(file.fd.get(), file.position);
  } else {
    file.tail = file.gz->TailBefore(file.position).value_or(Tail());
  }
  // It was drained before: no need to wait for it once more.
  if (plan.was_complete) file.rotated_at = file.grew_at = now - kDrainTime;
  file.identified = true;
  table_.AddKey(&file);
  return Identified::kYes;
}

// Its first block may not be written yet. It must not hold up newer generations for ever: what it
// holds is still read from the file that it was made of, if that is there.
Identified Intake::TakeEmptyGz(TailedFile& file, Head wanted, MonotonicTime now) {
  if (file.gz->text_bytes() == 0) {
    Remove(file);
    return Identified::kReject;
  }
  if (wanted == Head::kComplete) return Identified::kWait;
  RejectCompressed(file, now);
  return Identified::kReject;
}

bool Intake::CompleteHead(TailedFile& file) {
  if (!file.provisional || !file.fd.valid()) return false;
  const std::string bytes = ReadHead(file.fd.get(), kHeadBytesMax);
  const std::string_view head = HeadOf(bytes);
  if (!HeadIsComplete(head)) return false;
  const StreamInfo& stream = *file.stream;
  file.stream = WithIdentity(stream, stream.identity, planner_.KeyOf(file, stream.identity, head));
  file.provisional = false;
  file.rekey_due = true;
  table_.AddKey(&file);
  return true;
}

void Intake::RejectCompressed(TailedFile& file, MonotonicTime now) {
  metrics_.source(file.source()).skipped_compressed.Add(1);
  if (compressed_throttle_.Allow(now) && !file.paths.empty()) {
    LogWarn("a compressed file is not read as text", {{"path", *file.paths.front()}});
  }
  Remove(file);
}

TailedFile* Intake::FindOriginal(TailedFile& file, std::string_view head) const {
  if (!file.stream->pod.empty()) {
    TailedFile* other = table_.ByKey(planner_.KeyOf(file, file.inode, head));
    if (other == nullptr || (other->left && other->source() != file.source())) return nullptr;
    return planner_.IsCopyOf(file, head, *other) ? other : nullptr;
  }
  // Only what is called like a generation of the log can be a copy of one.
  if (!file.rotated) return nullptr;
  for (TailedFile* other : order_.Generations(file.stream->lineage)) {
    if (planner_.IsCopyOf(file, head, *other)) return other;
  }
  return nullptr;
}

void Intake::Merge(TailedFile& copy, TailedFile& original, MonotonicTime now) {
  const FileIdentity inode = copy.inode;
  std::vector<std::string> paths;
  for (const std::string* path : copy.paths) paths.push_back(*path);
  Remove(copy);
  for (const std::string& path : paths) {
    table_.Bind(path, &original);
    original.spare_path = path;
  }
  // Found by either inode from now on; its own stays what its handle is.
  const FileIdentity own = original.inode;
  table_.SetInode(&original, inode);
  original.inode = own;
  if (!original.left) return;
  // Its own file went away meanwhile.
  ComeBack(original);
  UseSpare(original, now);
}

bool Intake::Reopen(TailedFile& file) {
  for (const std::string* path : file.paths) {
    OpenedLog opened = discovery_.Open(file.source(), *path);
    if (opened.refusal == OpenRefusal::kNoDescriptors) wants_descriptors_ = true;
    if (!opened.ok() || opened.stat.inode != file.inode) continue;
    file.fd = std::move(opened.fd);
    return true;
  }
  return false;
}

bool Intake::UseSpare(TailedFile& file, MonotonicTime now) {
  if (file.spare_path.empty()) return false;
  const std::string path = std::exchange(file.spare_path, std::string());
  OpenedLog opened = discovery_.Open(file.source(), path);
  if (!opened.ok()) return false;
  const std::string magic = ReadHead(opened.fd.get(), kMagicBytes);
  const bool gzip = DetectCompression(magic) == Compression::kGzip;
  if (gzip) {
    auto gz = std::make_unique<GzFile>(std::move(opened.fd));
    const std::optional<Tail> tail = gz->TailBefore(file.position);
    if (!tail.has_value() || tail->view() != file.tail.view()) return false;
    file.gz = std::move(gz);
    file.fd.reset();
  } else {
    if (!AnchorHolds(opened.fd.get(), file.position, file.tail.anchor())) return false;
    file.fd = std::move(opened.fd);
  }
  file.compressed = gzip;
  file.size = opened.stat.size_bytes;
  file.overwritten = false;
  file.deleted = false;
  table_.SetInode(&file, opened.stat.inode);
  UpdateRotated(file, now);
  return true;
}

void Intake::BeginGeneration(TailedFile& old, MonotonicTime now) {
  FileIdentity identity = old.stream->identity;
  identity.device = old.inode.device;
  identity.inode = old.inode.inode;
  identity.birth_nanos = old.inode.birth_nanos;
  ++identity.generation;
  TailedFile* next =
      table_.Create(WithIdentity(*old.stream, identity, FileKey()), old.inode, old.worker, now);
  next->fd = std::move(old.fd);
  next->rotated = old.rotated;
  next->rotated_at = now;
  next->rotation = old.rotation;
  next->rotation_number = old.rotation_number;
  std::vector<std::string> paths;
  for (const std::string* path : old.paths) {
    if (*path != old.spare_path) paths.push_back(*path);
  }
  for (const std::string& path : paths) table_.Bind(path, next);
  order_.InsertBehind(&old, next);
  UpdateRotated(old, now);
}

void Intake::EndFirstSweep() {
  first_sweep_ = false;
  absl::flat_hash_set<std::pair<uint64_t, int64_t>> begun;
  for (const KnownFile& known : known_.all()) {
    const FileIdentity& identity = known.stored.identity;
    if (known.claimed) begun.insert({identity.inode, identity.birth_nanos});
  }
  for (const KnownFile& known : known_.all()) {
    const StoredFile& stored = known.stored;
    const int64_t unread = stored.known_bytes - stored.frontier_bytes;
    if (known.claimed || stored.complete || unread <= 0) continue;
    // A later generation was begun in an earlier run, which counted this one then.
    if (begun.contains({stored.identity.inode, stored.identity.birth_nanos})) continue;
    const SkipReason reason = known.truncated ? SkipReason::kTruncated : SkipReason::kDeletedUnread;
    metrics_.source(known.source).lost(reason).Add(static_cast<uint64_t>(unread));
    LogError("bytes were destroyed before they were read", {{"path", stored.path},
                                                            {"bytes", std::to_string(unread)},
                                                            {"reason", SkipReasonName(reason)}});
  }
}

}  // namespace tailrace
