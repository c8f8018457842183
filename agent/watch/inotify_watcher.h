// InotifyWatcher watches directories through one inotify instance. What it says is a hint: events
// are lost when the queue overflows, when watches run out, and on file systems that others write
// to. Who listens looks for himself, and looks everywhere when told of an overflow.
//
// Threads    Not thread-safe; owned by the reader.
// Ownership  The watcher owns the instance; a watch lives until Unwatch or its directory's end.
// Bounds     `max_watches` watches, beside the kernel's own limit; kWatchBatchMax events a Drain.
// Failure    Without an instance nothing is ever reported, and every Watch is refused.
// Cost       A watch is about 1 KiB of kernel memory. Drain is one read(2) for some 1,000 events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/base/unique_fd.h"

namespace tailrace {

inline constexpr size_t kWatchBatchMax = 8192;

struct WatchEvent {
  enum class Kind : uint8_t {
    kName,      // `name` appeared, vanished or leads elsewhere.
    kModified,  // The file `name` was written to.
    kEnded,     // The directory is gone, and the watch with it.
  };
  int watch = -1;
  Kind kind = Kind::kName;
  std::string name;
};

enum class WatchRefusal : uint8_t {
  kNone,
  kExhausted,  // No more watches, of ours or of the kernel's.
  kOther,      // The directory is gone, or may not be read.
};

struct WatchResult {
  int watch = -1;  // The same number for the same directory.
  WatchRefusal refusal = WatchRefusal::kNone;
};

class InotifyWatcher {
 public:
  explicit InotifyWatcher(size_t max_watches) : max_watches_(max_watches) {}

  // Makes the instance. False, with errno, where the kernel refuses one.
  [[nodiscard]] bool Start();

  // Which events: names alone, or writes as well.
  enum class Events : uint8_t { kNames, kNamesAndWrites };
  // Watches a directory. Symbolic links are refused.
  WatchResult Watch(const std::string& directory, Events events);
  // Changes what is watched of a directory that is watched already.
  void Change(const std::string& directory, Events events);
  void Unwatch(int watch);

  // Appends what happened, up to kWatchBatchMax events. Returns true when events were lost.
  [[nodiscard]] bool Drain(std::vector<WatchEvent>& events);

  // Readable when there are events; -1 without an instance.
  int fd() const { return inotify_.get(); }
  size_t watches() const { return watches_; }

 private:
  const size_t max_watches_;
  UniqueFd inotify_;
  size_t watches_ = 0;
};

}  // namespace tailrace
