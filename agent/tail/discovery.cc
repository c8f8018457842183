#include "agent/tail/discovery.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/tail/time_grid.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kCheckGrid{50};
constexpr uint32_t kXfsMagic = 0x58465342;
constexpr uint32_t kZfsMagic = 0x2fc12fc1;

// File systems that only this kernel writes to, and whose watches therefore see everything. Not
// among them: network file systems, FUSE, and overlayfs, where a watch may sit on a lower layer.
bool SeesEverything(const std::string& directory) {
  struct statfs stat {};
  if (statfs(directory.c_str(), &stat) != 0) return false;
  switch (static_cast<uint32_t>(stat.f_type)) {
    case EXT4_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case kXfsMagic:
    case kZfsMagic:
      return true;
    default:
      return false;
  }
}

std::vector<Glob> ParseAll(const std::vector<std::string>& patterns) {
  std::vector<Glob> globs;
  for (const std::string& pattern : patterns) {
    // A pattern of names alone is meant for every directory.
    const bool name_only = pattern.find('/') == std::string::npos;
    auto parsed = Glob::Parse(name_only ? "/**/" + pattern : pattern);
    CHECK(parsed.ok());  // TailSourceOptions::Validate has parsed it before.
    for (Glob& glob : *parsed) globs.push_back(std::move(glob));
  }
  return globs;
}

}  // namespace

Discovery::Discovery(const TailOptions& options, TailMetrics& metrics)
    : sources_(options.sources), metrics_(metrics), watcher_(options.max_watches) {
  for (size_t i = 0; i < sources_.size(); ++i) MakeTrees(SourceId(static_cast<uint16_t>(i)));
  SourcesChanged();
}

void Discovery::MakeTrees(SourceId id) {
  const TailSourceOptions& source = sources_[id.value()];
  std::vector<Glob> globs;
  if (source.kubernetes) {
    globs.push_back(Glob::Below(source.root, {"*", "*", "*.log*"}));
  } else {
    globs = ParseAll(source.include);
  }
  for (Glob& glob : globs) {
    trees_.push_back(std::make_unique<DirectoryTree>(
        id, std::move(glob), source.kubernetes ? std::vector<Glob>() : ParseAll(source.exclude),
        source.allow_targets, source.max_files));
  }
}

void Discovery::SourcesChanged() {
  poll_interval_max_ = std::chrono::milliseconds(0);
  for (const auto& tree : trees_) {
    const TailSourceOptions& source = sources_[tree->source().value()];
    poll_interval_max_ = std::max(poll_interval_max_, source.poll_interval);
  }
}

void Discovery::Remove(SourceId source) {
  for (const auto& tree : trees_) {
    if (tree->source() == source) ForgetBelow(*tree->root());
  }
  std::erase_if(trees_, [&](const auto& tree) { return tree->source() == source; });
}

void Discovery::ForgetBelow(TreeNode& node) {
  for (const auto& [name, child] : node.children) ForgetBelow(*child);
  Forget(node);
}

void Discovery::Add(SourceId source, MonotonicTime now, Findings& findings) {
  const size_t before = trees_.size();
  MakeTrees(source);
  for (size_t i = before; i < trees_.size(); ++i) Look(*trees_[i], now, findings);
}

// The first look at a tree.
void Discovery::Look(DirectoryTree& tree, MonotonicTime now, Findings& findings) {
  const Placed root{&tree, tree.root()};
  Watch(root, now);
  CheckNode(root, now, findings);
}

void Discovery::Start(MonotonicTime now, Findings& findings) {
  if (!watcher_.Start()) {
    LogWarn("no inotify instance: files are found by sweeps alone",
            {{"error", ErrnoStatus(errno, "inotify_init1").ToString()}});
  }
  for (const auto& tree : trees_) Look(*tree, now, findings);
}

bool Discovery::Poll(MonotonicTime now, Findings& findings) {
  const bool hinted = TakeHints(now, findings);
  for (size_t checks = 0; checks < kChecksMax && !due_.empty(); ++checks) {
    const auto [due, node] = *due_.begin();
    if (due > now) break;
    const Placed placed{placed_.at(node).tree, node};
    if (node->watch < 0) Watch(placed, now);
    if (node->muted) Unmute(placed, findings);
    CheckNode(placed, now, findings);
  }
  const bool all_hints = events_.size() < kWatchBatchMax;
  if (all_hints && (due_.empty() || due_.begin()->first > now)) ++full_polls_;
  return hinted;
}

void Discovery::LookAgain(SourceId source, std::string_view path, MonotonicTime now) {
  const std::string_view directory = path.substr(0, path.rfind('/'));
  for (const auto& tree : trees_) {
    if (tree->source() != source) continue;
    TreeNode* node = Find(*tree, directory);
    if (node == nullptr || (node->watch >= 0 && node->watch_trusted)) continue;
    node->list_again = true;
    Schedule({tree.get(), node}, now);
  }
}

void Discovery::Suspect(MonotonicTime now) {
  std::vector<Placed> all;
  all.reserve(placed_.size());
  for (const auto& [node, position] : placed_) all.push_back({position.tree, node});
  for (const Placed& placed : all) {
    placed.node->list_again = true;
    Schedule(placed, now);
  }
}

void Discovery::CheckDirectoryOf(SourceId source, std::string_view path, MonotonicTime now,
                                 Findings& findings) {
  const std::string_view directory = path.substr(0, path.rfind('/'));
  for (const auto& tree : trees_) {
    if (tree->source() != source) continue;
    TreeNode* node = Find(*tree, directory);
    if (node == nullptr) continue;
    node->list_again = true;
    CheckNode({tree.get(), node}, now, findings);
  }
}

void Discovery::ForEachName(NameFn visit) const {
  for (const auto& tree : trees_) {
    std::vector<const TreeNode*> left = {tree->root()};
    while (!left.empty()) {
      const TreeNode& node = *left.back();
      left.pop_back();
      for (const auto& [name, child] : node.children) left.push_back(child.get());
      for (const auto& [name, entry] : node.entries) {
        visit(tree->source(), JoinPath(node.path, name), entry);
      }
    }
  }
}

OpenedLog Discovery::Open(SourceId source, std::string_view path) const {
  for (const auto& tree : trees_) {
    if (tree->source() == source && tree->Covers(path)) return tree->beneath().OpenLog(path);
  }
  OpenedLog none;
  none.refusal = OpenRefusal::kMissing;
  return none;
}

bool Discovery::SeesWrites(SourceId source, std::string_view path) const {
  const size_t slash = path.rfind('/');
  for (const auto& tree : trees_) {
    if (tree->source() != source) continue;
    const TreeNode* node = Find(*tree, path.substr(0, slash));
    if (node == nullptr) continue;
    const auto entry = node->entries.find(path.substr(slash + 1));
    if (entry == node->entries.end() || entry->second.link) continue;
    return node->watch >= 0 && node->watch_trusted && !node->muted;
  }
  return false;
}

MonotonicTime Discovery::next_check() const {
  return due_.empty() ? MonotonicTime::max() : due_.begin()->first;
}

TreeNode* Discovery::Find(DirectoryTree& tree, std::string_view directory) {
  TreeNode* node = tree.root();
  while (node->path != directory) {
    if (!directory.starts_with(node->path)) return nullptr;
    std::string_view rest = directory.substr(node->path.size());
    if (node->path != "/") {
      if (!rest.starts_with('/')) return nullptr;
      rest.remove_prefix(1);
    }
    const auto child = node->children.find(rest.substr(0, rest.find('/')));
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node;
}

void Discovery::CheckNode(Placed placed, MonotonicTime now, Findings& findings) {
  TreeNode& node = *placed.node;
  if (!node.muted) node.recent_writes = 0;
  DirectoryTree::Changes changes;
  placed.tree->Check(node, changes);
  Schedule(placed, OnGrid(now + IntervalOf(placed), kCheckGrid));
  const std::vector<TreeNode*> added = changes.added;
  Settle(*placed.tree, changes, now, findings);
  // At most kTreeDepthMax deep.
  for (TreeNode* child : added) CheckNode({placed.tree, child}, now, findings);
}

void Discovery::Settle(DirectoryTree& tree, DirectoryTree::Changes& changes, MonotonicTime now,
                       Findings& findings) {
  for (const auto& node : changes.removed) Forget(*node);
  // Watched before it is listed: what happens in between is seen by one of the two.
  for (TreeNode* node : changes.added) {
    Watch({&tree, node}, now);
    Schedule({&tree, node}, now);
  }
  if (changes.refused_entries > 0) {
    metrics_.source(tree.source()).too_many_files.Add(changes.refused_entries);
    if (bound_throttle_.Allow(now)) {
      LogError("max_files is reached: files beyond it are not read",
               {{"source", sources_[tree.source().value()].name}});
    }
  }
  for (PathChange& change : changes.paths) findings.paths.push_back(std::move(change));
}

bool Discovery::TakeHints(MonotonicTime now, Findings& findings) {
  events_.clear();
  if (watcher_.Drain(events_)) {
    metrics_.inotify_overflows.Add(1);
    findings.hints_lost = true;
    if (overflow_throttle_.Allow(now)) LogWarn("inotify lost events: looking everywhere");
    Suspect(now);
  }
  for (const WatchEvent& event : events_) {
    const auto found = watched_.find(event.watch);
    if (found == watched_.end()) continue;
    const absl::InlinedVector<TreeNode*, 1> nodes = found->second;
    if (event.kind == WatchEvent::Kind::kEnded) watched_.erase(found);
    for (TreeNode* node : nodes) {
      const auto position = placed_.find(node);
      if (position == placed_.end()) continue;  // An event before it removed the directory.
      const Placed placed{position->second.tree, node};
      if (event.kind == WatchEvent::Kind::kModified) {
        TakeWrite(placed, event, now, findings);
        continue;
      }
      if (event.kind == WatchEvent::Kind::kEnded || event.name.empty()) {
        if (event.kind == WatchEvent::Kind::kEnded) node->watch = -1;
        CheckNode(node->parent != nullptr ? Placed{placed.tree, node->parent} : placed, now,
                  findings);
        continue;
      }
      DirectoryTree::Changes changes;
      placed.tree->CheckName(*node, event.name, changes);
      const std::vector<TreeNode*> added = changes.added;
      Settle(*placed.tree, changes, now, findings);
      for (TreeNode* child : added) CheckNode({placed.tree, child}, now, findings);
    }
  }
  return findings.hints_lost || !events_.empty();
}

void Discovery::TakeWrite(Placed placed, const WatchEvent& event, MonotonicTime now,
                          Findings& findings) {
  TreeNode& node = *placed.node;
  if (++node.recent_writes > kMuteWrites && !node.muted) {
    node.muted = true;
    watcher_.Change(node.path, InotifyWatcher::Events::kNames);
    Schedule(placed, now + kMuteTime);
    HintAll(placed, findings);  // Those that rely on hints look for themselves from now on.
    return;
  }
  if (!node.entries.contains(event.name)) return;
  std::string path = node.path + "/" + event.name;
  const bool again = !findings.writes.empty() && findings.writes.back().path == path;
  if (!again) findings.writes.push_back({placed.tree->source(), std::move(path)});
}

void Discovery::Unmute(Placed placed, Findings& findings) {
  TreeNode& node = *placed.node;
  node.muted = false;
  node.recent_writes = 0;
  watcher_.Change(node.path, InotifyWatcher::Events::kNamesAndWrites);
  HintAll(placed, findings);  // What was written meanwhile made no event.
}

void Discovery::HintAll(Placed placed, Findings& findings) {
  for (const auto& [name, entry] : placed.node->entries) {
    findings.writes.push_back(
        {placed.tree->source(), placed.node->path + "/" + name, !placed.node->muted});
  }
}

void Discovery::Watch(Placed placed, MonotonicTime now) {
  TreeNode& node = *placed.node;
  const WatchResult result = watcher_.Watch(node.path, InotifyWatcher::Events::kNamesAndWrites);
  if (result.refusal == WatchRefusal::kExhausted) {
    metrics_.watches_refused.Add(1);
    if (!watches_exhausted_ && watcher_.fd() >= 0) {
      LogWarn(
          "inotify watches ran out: more directories are swept instead; raise "
          "fs.inotify.max_user_watches",
          {{"directory", node.path}});
    }
    watches_exhausted_ = true;
  }
  if (result.watch < 0) {
    Schedule(placed, now + IntervalOf(placed));
    return;
  }
  node.watch = result.watch;
  node.watch_trusted = SeesEverything(node.path);
  auto& nodes = watched_[result.watch];
  if (std::find(nodes.begin(), nodes.end(), &node) == nodes.end()) nodes.push_back(&node);
}

void Discovery::Forget(TreeNode& node) {
  const auto position = placed_.find(&node);
  if (position != placed_.end()) {
    due_.erase({position->second.due, &node});
    placed_.erase(position);
  }
  const auto watched = watched_.find(node.watch);
  if (watched == watched_.end()) return;
  auto& nodes = watched->second;
  nodes.erase(std::remove(nodes.begin(), nodes.end(), &node), nodes.end());
  if (!nodes.empty()) return;
  watched_.erase(watched);
  watcher_.Unwatch(node.watch);
}

void Discovery::Schedule(Placed placed, MonotonicTime due) {
  auto [position, added] = placed_.try_emplace(placed.node, Position{due, placed.tree});
  if (!added) {
    due_.erase({position->second.due, placed.node});
    position->second.due = due;
  }
  due_.insert({due, placed.node});
}

std::chrono::milliseconds Discovery::IntervalOf(const Placed& placed) const {
  const std::chrono::milliseconds interval = sources_[placed.tree->source().value()].poll_interval;
  const TreeNode& node = *placed.node;
  if (node.muted) return std::min<std::chrono::milliseconds>(interval, kMuteTime);
  if (node.watch < 0) {
    return watches_exhausted_ ? std::min(interval, kUnwatchedIntervalMax) : interval;
  }
  if (node.parent == nullptr) return interval;
  return node.watch_trusted && !node.has_links ? interval * kWatchedIntervals : interval;
}

}  // namespace tailrace
