// FileTable owns the TailedFiles and finds them by id, by what their names lead to, by name, and by
// when they are next to be looked at.
//
// Invariants
//   (1) A path of a source leads to at most one file; a file lists all its paths.
//   (2) Every file is in the queue of what is due, exactly once.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     As many files as there are names (`max_files`), and those that are still being
// drained.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "agent/base/strings.h"
#include "agent/tail/tailed_file.h"

namespace tailrace {

class FileTable {
 public:
  explicit FileTable(size_t sources) : paths_(sources) {}

  // The next SourceId.
  void AddSource() { paths_.emplace_back(); }

  // A new file, with an id that was never used before, due at once.
  TailedFile* Create(StreamInfoPtr stream, const FileIdentity& inode, uint32_t worker,
                     MonotonicTime now);
  // The file's paths are freed as well.
  void Remove(TailedFile* file);

  TailedFile* Find(FileId id) const;
  TailedFile* ByPath(SourceId source, std::string_view path) const;
  // The file that was last given this inode; generations are not told apart.
  TailedFile* ByInode(const FileIdentity& inode) const;
  TailedFile* ByKey(const FileKey& key) const;

  // The path leads to `file` from now on, and to no other.
  void Bind(std::string_view path, TailedFile* file);
  // Returns the file that the path led to, or null.
  TailedFile* Unbind(SourceId source, std::string_view path);
  void SetInode(TailedFile* file, const FileIdentity& inode);
  // Makes the file known by its stream's key.
  void AddKey(TailedFile* file) { by_key_[file->stream->key] = file->id; }

  void Schedule(TailedFile* file, MonotonicTime due);
  // Earlier than it is, if it is not.
  void ScheduleBy(TailedFile* file, MonotonicTime due) {
    if (due < file->due) Schedule(file, due);
  }
  // Files that are due, at most `max`; they stay in the queue.
  std::vector<TailedFile*> Due(MonotonicTime now, size_t max) const;
  MonotonicTime next_due() const {
    return due_.empty() ? MonotonicTime::max() : due_.begin()->first;
  }

  size_t size() const { return files_.size(); }
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (const auto& [id, file] : files_) visit(file.get());
  }

 private:
  absl::flat_hash_map<FileId, std::unique_ptr<TailedFile>> files_;
  std::vector<absl::node_hash_map<std::string, TailedFile*, StringHash, StringEqual>> paths_;
  // Ids, so that nothing dangles when a file goes; looked up through files_.
  absl::flat_hash_map<FileIdentity, FileId> by_inode_;
  absl::flat_hash_map<FileKey, FileId> by_key_;
  std::set<std::pair<MonotonicTime, FileId>> due_;
  FileId next_id_{1};
};

}  // namespace tailrace
