#include "agent/tail/directory_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// The clock that stamps mtimes, which an injected clock knows nothing about.
int64_t KernelNanos() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

bool IsSettled(int64_t mtime_nanos) {
  const int64_t settle = std::chrono::nanoseconds(kMtimeSettle).count();
  return KernelNanos() - mtime_nanos > settle;
}

}  // namespace

std::string JoinPath(std::string_view directory, std::string_view name) {
  return directory == "/" ? Concat({"/", name}) : Concat({directory, "/", name});
}

// What one pass over a directory found.
struct DirectoryTree::Listing {
  std::vector<std::string> directories;
  std::vector<std::pair<std::string, FileStat>> files;
};

DirectoryTree::DirectoryTree(SourceId source, Glob glob, std::vector<Glob> exclude,
                             std::vector<std::string> allow_targets, size_t max_entries)
    : source_(source),
      glob_(std::move(glob)),
      exclude_(std::move(exclude)),
      beneath_(glob_.root(), std::move(allow_targets)),
      max_entries_(max_entries),
      root_(std::make_unique<TreeNode>()) {
  root_->path = glob_.root();
  root_->state = glob_.Start();
}

bool DirectoryTree::Wanted(const TreeNode& node, const std::string& name) const {
  if (!glob_.MatchesFile(node.state, name)) return false;
  if (node.path.size() + 1 + name.size() > kTailPathBytesMax) return false;
  if (exclude_.empty()) return true;
  const std::string path = JoinPath(node.path, name);
  return std::none_of(exclude_.begin(), exclude_.end(),
                      [&](const Glob& glob) { return glob.Matches(path); });
}

void DirectoryTree::Check(TreeNode& node, Changes& changes) {
  const std::optional<FileStat> stat = StatName(AT_FDCWD, node.path.c_str());
  const bool is_root = node.parent == nullptr;
  // The root alone may be a link: it is the operator's word.
  const bool there = stat.has_value() && (stat->directory() || (is_root && stat->link()));
  if (!there) {
    if (stat.has_value() || errno == ENOENT || errno == ENOTDIR) LoseAll(node, changes);
    node.mtime_nanos = -1;
    return;
  }
  const bool linked_root = stat->link();
  const bool same = stat->mtime_nanos == node.mtime_nanos && stat->inode.inode == node.inode;
  if (same && !node.list_again && !linked_root) {
    if (node.has_links) CheckLinks(node, changes);
    return;
  }
  node.mtime_nanos = stat->mtime_nanos;
  node.inode = stat->inode.inode;
  node.list_again = !IsSettled(stat->mtime_nanos);
  List(node, changes);
}

void DirectoryTree::List(TreeNode& node, Changes& changes) {
  UniqueFd fd = beneath_.OpenDirectory(node.path);
  if (!fd.valid()) {
    node.list_again = true;
    return;
  }
  DIR* directory = fdopendir(fd.get());
  if (directory == nullptr) return;
  fd.release();  // closedir closes it.
  Listing listing;
  errno = 0;
  while (const dirent* found = readdir(directory)) {
    std::string name = found->d_name;
    if (name == "." || name == "..") continue;
    const bool maybe_directory = found->d_type == DT_DIR || found->d_type == DT_UNKNOWN;
    const bool wanted_directory = maybe_directory && glob_.Descend(node.state, name) != 0;
    if (!wanted_directory && !Wanted(node, name)) continue;
    const std::optional<FileStat> stat = StatName(dirfd(directory), name.c_str());
    if (!stat.has_value()) continue;
    if (stat->directory()) {
      if (wanted_directory) listing.directories.push_back(std::move(name));
    } else if (Wanted(node, name)) {
      listing.files.emplace_back(std::move(name), *stat);
    }
    errno = 0;
  }
  // Half a listing proves nothing about what is missing in it.
  const bool whole = errno == 0;
  closedir(directory);
  if (!whole) node.list_again = true;

  absl::flat_hash_set<std::string> names;
  for (const std::string& name : listing.directories) {
    SeeDirectory(node, name, changes);
    names.insert(name);
  }
  for (const auto& [name, stat] : listing.files) {
    SeeFile(node, name, stat, changes);
    names.insert(name);
  }
  if (!whole) return;
  std::vector<std::string> lost;
  for (const auto& [name, entry] : node.entries) {
    if (!names.contains(name)) lost.push_back(name);
  }
  for (const std::string& name : lost) LoseEntry(node, name, changes);
  lost.clear();
  for (const auto& [name, child] : node.children) {
    if (!names.contains(name)) lost.push_back(name);
  }
  for (const std::string& name : lost) LoseChild(node, name, changes);
}

void DirectoryTree::CheckLinks(TreeNode& node, Changes& changes) {
  std::vector<std::string> links;
  for (const auto& [name, entry] : node.entries) {
    if (entry.link) links.push_back(name);
  }
  for (const std::string& name : links) CheckName(node, name, changes);
}

void DirectoryTree::CheckName(TreeNode& node, const std::string& name, Changes& changes) {
  const std::optional<FileStat> stat = StatName(AT_FDCWD, JoinPath(node.path, name).c_str());
  if (!stat.has_value()) {
    if (errno != ENOENT && errno != ENOTDIR) return;
    LoseEntry(node, name, changes);
    LoseChild(node, name, changes);
  } else if (stat->directory()) {
    LoseEntry(node, name, changes);
    if (glob_.Descend(node.state, name) != 0) SeeDirectory(node, name, changes);
  } else {
    LoseChild(node, name, changes);
    if (Wanted(node, name)) SeeFile(node, name, *stat, changes);
  }
}

void DirectoryTree::SeeDirectory(TreeNode& node, const std::string& name, Changes& changes) {
  if (node.children.contains(name) || node.depth + 1 > kTreeDepthMax) return;
  std::string path = JoinPath(node.path, name);
  if (path.size() > kTailPathBytesMax) return;
  auto child = std::make_unique<TreeNode>();
  child->path = std::move(path);
  child->parent = &node;
  child->state = glob_.Descend(node.state, name);
  child->depth = node.depth + 1;
  changes.added.push_back(child.get());
  node.children.emplace(name, std::move(child));
}

void DirectoryTree::SeeFile(TreeNode& node, const std::string& name, const FileStat& stat,
                            Changes& changes) {
  PathChange change;
  change.source = source_;
  change.path = JoinPath(node.path, name);
  change.stat = stat;
  change.link = stat.link();
  if (change.link) {
    node.has_links = true;
    const std::optional<FileStat> target = StatTarget(AT_FDCWD, change.path.c_str());
    if (target.has_value()) change.stat = *target;
  }
  const TreeNode::Entry entry{change.stat.inode, change.link};
  const auto known = node.entries.find(name);
  if (known != node.entries.end()) {
    if (known->second.inode == entry.inode && known->second.link == entry.link) return;
    known->second = entry;
  } else if (entry_count_ >= max_entries_) {
    ++changes.refused_entries;
    return;
  } else {
    ++entry_count_;
    node.entries.emplace(name, entry);
  }
  changes.paths.push_back(std::move(change));
}

void DirectoryTree::LoseEntry(TreeNode& node, const std::string& name, Changes& changes) {
  if (node.entries.erase(name) == 0) return;
  --entry_count_;
  PathChange change;
  change.kind = PathChange::Kind::kLost;
  change.source = source_;
  change.path = JoinPath(node.path, name);
  changes.paths.push_back(std::move(change));
}

void DirectoryTree::LoseChild(TreeNode& node, const std::string& name, Changes& changes) {
  const auto found = node.children.find(name);
  if (found == node.children.end()) return;
  LoseAll(*found->second, changes);
  changes.removed.push_back(std::move(found->second));
  node.children.erase(found);
}

void DirectoryTree::LoseAll(TreeNode& node, Changes& changes) {
  while (!node.children.empty()) {
    LoseChild(node, std::string(node.children.begin()->first), changes);
  }
  while (!node.entries.empty()) {
    LoseEntry(node, std::string(node.entries.begin()->first), changes);
  }
}

}  // namespace tailrace
