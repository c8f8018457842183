#include "agent/pipeline/worker_files.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

WorkerFile& WorkerFiles::Open(FileId id, int64_t offset, FileOpened opened, StreamBinding binding,
                              const FramerOptions& framing) {
  std::unique_ptr<Lineage>& lineage = lineages_[opened.stream->lineage];
  if (lineage == nullptr) lineage = std::make_unique<Lineage>();
  ++lineage->files;
  auto [entry, inserted] =
      files_.emplace(id, std::make_unique<WorkerFile>(id, std::move(opened), std::move(binding),
                                                      framing, offset, kOpenRangesMax));
  CHECK(inserted);  // The reader never uses an id twice.
  dirty_.push_back(id);
  return *entry->second;
}

bool WorkerFiles::MayBegin(WorkerFile& file) {
  if (!file.predecessor) return true;
  WorkerFile* older = Find(*file.predecessor);
  if (older != nullptr) {
    if (older->framer.next_bytes() < file.predecessor_end) return false;
    older->events.HandOver(file.events, file.framer.next_bytes());
    older->windows.HandOver(file.windows);
    file.held = std::exchange(older->held, HeldPieces());
    file.held_delay_nanos = older->held_delay_nanos;
    for (HeldPiece& piece : file.held.streams) {
      if (!piece.open) continue;
      piece.last_file = file.id;
      piece.last_file_offset = file.framer.next_bytes();
    }
  }
  file.predecessor.reset();
  return true;
}

WorkerFile* WorkerFiles::Find(FileId id) {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : found->second.get();
}

void WorkerFiles::AddRef(RangeRef ref) {
  WorkerFile* file = Find(ref.file);
  CHECK(file != nullptr);  // A file with open ranges is never forgotten.
  file->ledger.AddRef(ref.range);
}

void WorkerFiles::Release(RangeRef ref) {
  WorkerFile* file = Find(ref.file);
  CHECK(file != nullptr);
  if (file->ledger.Release(ref.range)) MarkDirty(*file);
}

void WorkerFiles::MarkDirty(WorkerFile& file) {
  if (file.dirty) return;
  file.dirty = true;
  dirty_.push_back(file.id);
}

void WorkerFiles::Rekey(WorkerFile& file, StreamInfoPtr stream) {
  const bool other_key = stream->key != file.stream->key;
  const StreamInfoPtr old = std::exchange(file.stream, std::move(stream));
  MarkDirty(file);
  if (!other_key) return;
  // Without a frontier: nothing is resumed by that key.
  Checkpoint& closed = closed_keys_.emplace_back();
  closed.stream = old;
  closed.complete = closed.gone = true;
}

void WorkerFiles::Grow(WorkerFile& file, int64_t file_bytes) {
  if (file_bytes <= file.known_bytes) return;
  file.known_bytes = file_bytes;
  MarkDirty(file);
}

void WorkerFiles::HoldInSeam(const WorkerFile& file, RangeRef ref) {
  Seam& seam = lineages_.at(file.stream->lineage)->seam;
  if (seam.empty()) seamed_.push_back(file.stream->lineage);
  seam.Hold(ref);
}

// A seam lets go between two batches of checkpoints, so that the frontiers that it ties pass in
// one.
void WorkerFiles::ReleaseSeams() {
  const auto ledger_of = [this](FileId id) -> const AckLedger& { return files_.at(id)->ledger; };
  std::erase_if(seamed_, [&](uint64_t lineage) {
    Seam& seam = lineages_.at(lineage)->seam;
    if (!seam.Settled(ledger_of)) return false;
    for (const RangeRef& ref : seam.TakeAll()) Release(ref);
    return true;
  });
}

CheckpointBatch WorkerFiles::TakeCheckpoints() {
  CheckpointBatch batch = std::exchange(closed_keys_, {});
  batch.reserve(batch.size() + dirty_.size());
  for (FileId id : std::exchange(dirty_, {})) {
    WorkerFile& file = *files_.at(id);
    file.dirty = false;
    Checkpoint& checkpoint = batch.emplace_back();
    checkpoint.stream = file.stream;
    checkpoint.frontier_bytes = file.ledger.frontier_bytes();
    checkpoint.anchor = file.ledger.frontier_anchor();
    checkpoint.known_bytes = std::max(file.known_bytes, file.framer.next_bytes());
    const bool settled =
        file.ledger.idle() && file.ledger.frontier_bytes() == file.framer.next_bytes();
    checkpoint.complete = file.ended && settled;
    checkpoint.gone = file.gone || file.left;
    if (file.gone && file.ledger.idle()) Forget(file);
  }
  return batch;
}

void WorkerFiles::Forget(WorkerFile& file) {
  const auto lineage = lineages_.find(file.stream->lineage);
  CHECK(lineage != lineages_.end());
  if (--lineage->second->files == 0) lineages_.erase(lineage);
  files_.erase(file.id);
}

}  // namespace tailrace
