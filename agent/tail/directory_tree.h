// DirectoryTree keeps, for one pattern of one source, the directories in which files may match and
// the names that do, and tells what changed since it last looked.
//
// A directory is listed when its mtime changed, and again when its mtime was younger than
// kMtimeSettle at the last listing: within one tick of the kernel's clock two changes leave one
// mtime.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     kTreeDepthMax levels; `max_entries` names. What is beyond is refused and counted.
// Failure    A directory that cannot be listed keeps what is known of it, and is tried again.
// Cost       An unchanged directory is one statx.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "agent/base/strings.h"
#include "agent/tail/beneath.h"
#include "agent/tail/file_identity.h"
#include "agent/tail/glob.h"

namespace tailrace {

inline constexpr int kTreeDepthMax = 64;
inline constexpr size_t kTailPathBytesMax = 4096;
inline constexpr std::chrono::seconds kMtimeSettle{2};

struct PathChange {
  enum class Kind : uint8_t {
    kSeen,  // The name is new, or leads to another file than before.
    kLost,  // The name is gone.
  };
  Kind kind = Kind::kSeen;
  SourceId source;
  std::string path;
  FileStat stat;      // kSeen: of the file, or of a link's target.
  bool link = false;  // kSeen: the name is a symbolic link.
};

// One directory. `path` is stable.
struct TreeNode {
  struct Entry {
    FileIdentity inode;
    bool link = false;
  };
  std::string path;
  TreeNode* parent = nullptr;
  GlobState state = 0;
  int depth = 0;
  int watch = -1;
  int64_t mtime_nanos = -1;
  uint64_t inode = 0;
  bool list_again = true;
  bool watch_trusted = false;  // The watch sees all: it is the kernel's own file system.
  bool has_links = false;
  uint32_t recent_writes = 0;  // Of kModified events, since `writes_since`.
  bool muted = false;          // Writes are not watched for now: too many of them.
  absl::flat_hash_map<std::string, Entry, StringHash, StringEqual> entries;
  absl::flat_hash_map<std::string, std::unique_ptr<TreeNode>, StringHash, StringEqual> children;
};

// Where `name` of `directory` is.
std::string JoinPath(std::string_view directory, std::string_view name);

class DirectoryTree {
 public:
  DirectoryTree(SourceId source, Glob glob, std::vector<Glob> exclude,
                std::vector<std::string> allow_targets, size_t max_entries);

  struct Changes {
    std::vector<PathChange> paths;
    std::vector<TreeNode*> added;  // To be watched, then listed.
    // No longer part of the tree; kept until the caller has let go of them.
    std::vector<std::unique_ptr<TreeNode>> removed;
    size_t refused_entries = 0;  // Beyond max_entries.
  };

  TreeNode* root() { return root_.get(); }
  SourceId source() const { return source_; }
  size_t entry_count() const { return entry_count_; }
  const Beneath& beneath() const { return beneath_; }
  // The path would be an entry, if there were such a file.
  bool Covers(std::string_view path) const { return glob_.Matches(path); }

  // Lists the directory if there is reason to.
  void Check(TreeNode& node, Changes& changes);
  // Looks at one name of the directory.
  void CheckName(TreeNode& node, const std::string& name, Changes& changes);

 private:
  struct Listing;
  void List(TreeNode& node, Changes& changes);
  void CheckLinks(TreeNode& node, Changes& changes);
  void SeeDirectory(TreeNode& node, const std::string& name, Changes& changes);
  void SeeFile(TreeNode& node, const std::string& name, const FileStat& stat, Changes& changes);
  void LoseEntry(TreeNode& node, const std::string& name, Changes& changes);
  void LoseChild(TreeNode& node, const std::string& name, Changes& changes);
  void LoseAll(TreeNode& node, Changes& changes);
  bool Wanted(const TreeNode& node, const std::string& name) const;

  const SourceId source_;
  const Glob glob_;
  const std::vector<Glob> exclude_;
  const Beneath beneath_;
  const size_t max_entries_;
  std::unique_ptr<TreeNode> root_;
  size_t entry_count_ = 0;
};

}  // namespace tailrace
