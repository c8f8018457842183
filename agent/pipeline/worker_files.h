// WorkerFiles holds a worker's files, the unfinished pieces of their lineages, and the references
// in their ledgers; and says which checkpoints are worth writing.
//
// Threads    Owned by one worker.
// Bounds     One entry a file that the reader has open or still knows; an entry goes when its file
//            is gone and settled.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "agent/event/record_batch.h"
#include "agent/pipeline/worker_file.h"
#include "agent/state/checkpoint.h"
#include "agent/state/seam.h"

namespace tailrace {

class WorkerFiles {
 public:
  // Ranges that one file may have open.
  static constexpr size_t kOpenRangesMax = 1 << 16;

  WorkerFile& Open(FileId id, int64_t offset, FileOpened opened, StreamBinding binding,
                   const FramerOptions& framing);
  // False while its predecessor was not framed to its end: what was read of it may wait for room.
  // Then what is held of a record goes over, since a rotation may fall between two pieces, or two
  // lines of an event.
  bool MayBegin(WorkerFile& file);
  // Null for a file that is unknown or was forgotten.
  WorkerFile* Find(FileId id);

  void AddRef(RangeRef ref);
  void Release(RangeRef ref);

  // Takes over one reference that a record holds which spans generations of the log of `file`.
  void HoldInSeam(const WorkerFile& file, RangeRef ref);

  void MarkDirty(WorkerFile& file);
  // From here on it is known by the key of `stream`; what is stored under the old one ends.
  void Rekey(WorkerFile& file, StreamInfoPtr stream);
  // The reader saw it to be so long.
  void Grow(WorkerFile& file, int64_t file_bytes);
  // Lets go of seams that keep nothing back any more. Between two batches of checkpoints, so that
  // the frontiers that a seam ties pass in one.
  void ReleaseSeams();
  // Checkpoints of all files that changed since the last call; forgets files that are gone and
  // settled.
  CheckpointBatch TakeCheckpoints();
  bool HasDirty() const { return !dirty_.empty(); }

  template <typename Visit>
  void ForEach(Visit&& visit) {
    for (auto& [id, file] : files_) visit(*file);
  }

 private:
  struct Lineage {
    Seam seam;  // Of records that span generations.
    uint32_t files = 0;
  };

  void Forget(WorkerFile& file);

  absl::flat_hash_map<FileId, std::unique_ptr<WorkerFile>> files_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Lineage>> lineages_;
  std::vector<FileId> dirty_;
  CheckpointBatch closed_keys_;   // To be sent with those of the dirty files.
  std::vector<uint64_t> seamed_;  // Lineages whose seam is not empty.
};

}  // namespace tailrace
