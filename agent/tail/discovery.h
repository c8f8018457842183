// Discovery knows which files there are: it walks the trees of all sources, listens to inotify for
// hints, and looks itself at every directory often enough that the hints may all be lost.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     `max_files` names a source, `max_watches` watches, kChecksMax directories a Poll.
// Cost       A directory with a watch that can be trusted is looked at every
//            kWatchedIntervals poll intervals, one without every interval, and when watches have
//            run out every kUnwatchedIntervalMax.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/tail/directory_tree.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/tail_options.h"
#include "agent/watch/inotify_watcher.h"

namespace tailrace {

inline constexpr int kWatchedIntervals = 10;
inline constexpr std::chrono::milliseconds kUnwatchedIntervalMax{250};
inline constexpr size_t kChecksMax = 512;
// Between two Polls while hints come, so that they are taken in batches.
inline constexpr std::chrono::milliseconds kHintInterval{5};
// Writes in one directory between two checks above which they are not watched for a while.
inline constexpr uint32_t kMuteWrites = 1000;
inline constexpr std::chrono::seconds kMuteTime{2};

struct WriteHint {
  SourceId source;
  std::string path;
  bool watched = true;  // A later write makes a hint as well.
};

struct Findings {
  std::vector<PathChange> paths;
  std::vector<WriteHint> writes;
  bool hints_lost = false;  // Any file may have been written to.
};

class Discovery {
 public:
  // REQUIRES: options were validated.
  Discovery(const TailOptions& options, TailMetrics& metrics);

  // The first look at everything. Call once.
  void Start(MonotonicTime now, Findings& findings);
  // A reload: forgets the trees of a source, or makes them from its options and looks at them.
  // REQUIRES: Start; SourcesChanged once after the last of these.
  void Remove(SourceId source);
  void Add(SourceId source, MonotonicTime now, Findings& findings);
  void SourcesChanged();
  // Takes hints and looks at what is due. False when there were no hints. REQUIRES: Start.
  bool Poll(MonotonicTime now, Findings& findings);
  // How many Polls have found all that had happened to names before they began, but for the
  // directories that are due later.
  uint64_t full_polls() const { return full_polls_; }
  // Has the next Poll look at the file's directory, unless its hints tell of every name.
  void LookAgain(SourceId source, std::string_view path, MonotonicTime now);
  // Looks at everything at the next Polls, as after lost hints.
  void Suspect(MonotonicTime now);
  // Looks at one file's directory now.
  void CheckDirectoryOf(SourceId source, std::string_view path, MonotonicTime now,
                        Findings& findings);

  // Every name that is known, for who could not take them all when they were found.
  using NameFn =
      absl::FunctionRef<void(SourceId source, std::string path, const TreeNode::Entry& entry)>;
  void ForEachName(NameFn visit) const;

  // Opens a file that was found, beneath its root.
  OpenedLog Open(SourceId source, std::string_view path) const;

  // Whether every write to the file makes a hint.
  bool SeesWrites(SourceId source, std::string_view path) const;

  MonotonicTime next_check() const;
  // Within this time every path that leads anywhere has been looked at.
  std::chrono::milliseconds cycle() const { return kWatchedIntervals * poll_interval_max_; }
  int hint_fd() const { return watcher_.fd(); }

 private:
  struct Placed {
    DirectoryTree* tree;
    TreeNode* node;
  };

  void MakeTrees(SourceId source);
  void Look(DirectoryTree& tree, MonotonicTime now, Findings& findings);
  void ForgetBelow(TreeNode& node);
  void CheckNode(Placed placed, MonotonicTime now, Findings& findings);
  void Settle(DirectoryTree& tree, DirectoryTree::Changes& changes, MonotonicTime now,
              Findings& findings);
  bool TakeHints(MonotonicTime now, Findings& findings);
  void TakeWrite(Placed placed, const WatchEvent& event, MonotonicTime now, Findings& findings);
  void Watch(Placed placed, MonotonicTime now);
  void Unmute(Placed placed, Findings& findings);
  // Every file of the directory may have been written to.
  static void HintAll(Placed placed, Findings& findings);
  void Forget(TreeNode& node);
  void Schedule(Placed placed, MonotonicTime due);
  std::chrono::milliseconds IntervalOf(const Placed& placed) const;
  static TreeNode* Find(DirectoryTree& tree, std::string_view directory);

  const std::vector<TailSourceOptions>& sources_;
  TailMetrics& metrics_;
  InotifyWatcher watcher_;
  std::vector<std::unique_ptr<DirectoryTree>> trees_;
  std::chrono::milliseconds poll_interval_max_{0};
  bool watches_exhausted_ = false;
  uint64_t full_polls_ = 0;
  LogThrottle overflow_throttle_{std::chrono::seconds(60)};
  LogThrottle bound_throttle_{std::chrono::seconds(60)};

  std::set<std::pair<MonotonicTime, TreeNode*>> due_;
  struct Position {
    MonotonicTime due;
    DirectoryTree* tree;
  };
  absl::flat_hash_map<TreeNode*, Position> placed_;
  absl::flat_hash_map<int, absl::InlinedVector<TreeNode*, 1>> watched_;
  std::vector<WatchEvent> events_;
};

}  // namespace tailrace
