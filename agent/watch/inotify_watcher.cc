#include "agent/watch/inotify_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tailrace {
namespace {

constexpr uint32_t kNameMask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                               IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW |
                               IN_EXCL_UNLINK;
constexpr size_t kReadBytes = 64 * 1024;

uint32_t MaskOf(InotifyWatcher::Events events) {
  return kNameMask | (events == InotifyWatcher::Events::kNamesAndWrites ? IN_MODIFY : 0);
}

WatchEvent MakeEvent(const inotify_event& raw) {
  WatchEvent event;
  event.watch = raw.wd;
  if ((raw.mask & IN_IGNORED) != 0) {
    event.kind = WatchEvent::Kind::kEnded;
  } else if ((raw.mask & IN_MODIFY) != 0) {
    event.kind = WatchEvent::Kind::kModified;
  }
  // The kernel pads names with NULs.
  if (raw.len > 0) event.name = raw.name;
  return event;
}

}  // namespace

bool InotifyWatcher::Start() {
  inotify_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  return inotify_.valid();
}

WatchResult InotifyWatcher::Watch(const std::string& directory, Events events) {
  if (!inotify_.valid()) return {-1, WatchRefusal::kExhausted};
  const uint32_t mask = MaskOf(events);
  // IN_MASK_CREATE tells a new watch from a directory that is known by another name.
  const int created = inotify_add_watch(inotify_.get(), directory.c_str(), mask | IN_MASK_CREATE);
  if (created >= 0) {
    ++watches_;
    if (watches_ <= max_watches_) return {created, WatchRefusal::kNone};
    Unwatch(created);
    return {-1, WatchRefusal::kExhausted};
  }
  if (errno == ENOSPC) return {-1, WatchRefusal::kExhausted};
  if (errno != EEXIST) return {-1, WatchRefusal::kOther};
  const int known = inotify_add_watch(inotify_.get(), directory.c_str(), mask);
  return {known, known >= 0 ? WatchRefusal::kNone : WatchRefusal::kOther};
}

void InotifyWatcher::Change(const std::string& directory, Events events) {
  if (!inotify_.valid()) return;
  const uint32_t mask = MaskOf(events);
  const int created = inotify_add_watch(inotify_.get(), directory.c_str(), mask | IN_MASK_CREATE);
  if (created >= 0) {
    // Another directory has taken the name: whoever finds it watches it.
    ++watches_;
    Unwatch(created);
  } else if (errno == EEXIST) {
    inotify_add_watch(inotify_.get(), directory.c_str(), mask);
  }
}

void InotifyWatcher::Unwatch(int watch) {
  // The kernel answers with IN_IGNORED, which Drain counts; EINVAL: it was gone already.
  inotify_rm_watch(inotify_.get(), watch);
}

bool InotifyWatcher::Drain(std::vector<WatchEvent>& events) {
  if (!inotify_.valid()) return false;
  alignas(inotify_event) char buffer[kReadBytes];
  bool lost = false;
  const size_t limit = events.size() + kWatchBatchMax;
  while (events.size() < limit) {
    const ssize_t bytes = read(inotify_.get(), buffer, sizeof(buffer));
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return lost;
    for (ssize_t at = 0; at < bytes;) {
      const auto* raw = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + raw->len);
      if ((raw->mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0) lost = true;
      if ((raw->mask & IN_Q_OVERFLOW) != 0) continue;
      if ((raw->mask & IN_IGNORED) != 0 && watches_ > 0) --watches_;
      events.push_back(MakeEvent(*raw));
    }
  }
  return lost;
}

}  // namespace tailrace
