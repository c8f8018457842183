// KnownFiles are the files that an earlier run, or this one, has read from and that are not open:
// where reading them goes on when they are found again.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     What the store had, and kRememberedMax more.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "agent/base/strong_id.h"
#include "agent/state/checkpoint.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

inline constexpr size_t kRememberedMax = 4096;

struct KnownFile {
  StoredFile stored;
  SourceId source;
  bool claimed = false;    // It was found, and is a TailedFile now.
  bool truncated = false;  // Its file was found with other content.
};

class KnownFiles {
 public:
  // Files of sources that there are not are kept for AddSource.
  KnownFiles(std::vector<StoredFile> stored, const std::vector<TailSourceOptions>& sources);

  // A reload has brought a source, which may have been there in an earlier run.
  void AddSource(SourceId source, const std::string& name);

  // Unclaimed files that had this inode (of this device, or of one with the same birth times, since
  // device numbers may change with a reboot), the newest generation first.
  std::vector<KnownFile*> ByInode(SourceId source, const FileIdentity& inode);
  // The unclaimed file with this key that was read furthest; null if there is none.
  KnownFile* ByKey(SourceId source, const FileKey& key);
  // Unclaimed generations of one log.
  std::vector<KnownFile*> ByLineage(SourceId source, uint64_t lineage);
  // Whether any generation of the log is or was known.
  bool HasLineage(uint64_t lineage) const { return by_lineage_.contains(lineage); }

  // A file that is no longer open in this run.
  void Remember(SourceId source, StoredFile file);

  // All, for what was not found again.
  const std::deque<KnownFile>& all() const { return files_; }

 private:
  KnownFile* Add(SourceId source, StoredFile file);

  std::deque<KnownFile> files_;     // Stable; remembered ones replace the oldest remembered.
  std::vector<StoredFile> others_;  // Of sources that there are not.
  std::vector<KnownFile*> remembered_;
  size_t next_remembered_ = 0;
  absl::flat_hash_map<uint64_t, std::vector<KnownFile*>> by_inode_;
  absl::flat_hash_map<FileKey, std::vector<KnownFile*>> by_key_;
  absl::flat_hash_map<uint64_t, std::vector<KnownFile*>> by_lineage_;
};

}  // namespace tailrace
