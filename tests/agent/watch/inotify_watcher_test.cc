#include "agent/watch/inotify_watcher.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using Kind = WatchEvent::Kind;
using Events = InotifyWatcher::Events;

class InotifyWatcherTest : public testing::Test {
 protected:
  InotifyWatcherTest() {
    std::string pattern = testing::TempDir() + "watch_XXXXXX";
    dir_ = mkdtemp(pattern.data());
  }
  ~InotifyWatcherTest() override { fs::remove_all(dir_); }

  void Append(const std::string& name, const std::string& text) {
    std::ofstream(dir_ + "/" + name, std::ios::app) << text;
  }
  // "KIND NAME" of each event.
  std::vector<std::string> Drain(InotifyWatcher& watcher) {
    std::vector<WatchEvent> events;
    lost_ = watcher.Drain(events);
    std::vector<std::string> texts;
    for (const WatchEvent& event : events) {
      const char* kind = event.kind == Kind::kName       ? "name "
                         : event.kind == Kind::kModified ? "modified "
                                                         : "ended ";
      texts.push_back(kind + event.name);
    }
    return texts;
  }

  std::string dir_;
  bool lost_ = false;
};

TEST_F(InotifyWatcherTest, TellsNamesAndWritesOfADirectory) {
  InotifyWatcher watcher(10);
  ASSERT_TRUE(watcher.Start());
  ASSERT_GE(watcher.Watch(dir_, Events::kNamesAndWrites).watch, 0);
  Append("a", "x");
  EXPECT_EQ(Drain(watcher), (std::vector<std::string>{"name a", "modified a"}));
  fs::rename(dir_ + "/a", dir_ + "/b");
  EXPECT_EQ(Drain(watcher), (std::vector<std::string>{"name a", "name b"}));
  fs::remove(dir_ + "/b");
  EXPECT_EQ(Drain(watcher), (std::vector<std::string>{"name b"}));
  EXPECT_FALSE(lost_);
}

TEST_F(InotifyWatcherTest, LeavesWritesOutWhenToldTo) {
  InotifyWatcher watcher(10);
  ASSERT_TRUE(watcher.Start());
  Append("a", "x");
  ASSERT_GE(watcher.Watch(dir_, Events::kNamesAndWrites).watch, 0);
  watcher.Change(dir_, Events::kNames);
  EXPECT_EQ(watcher.watches(), 1u);
  Append("a", "y");
  EXPECT_TRUE(Drain(watcher).empty());
}

TEST_F(InotifyWatcherTest, SaysWhenADirectoryAndItsWatchEnd) {
  InotifyWatcher watcher(10);
  ASSERT_TRUE(watcher.Start());
  fs::create_directory(dir_ + "/d");
  ASSERT_GE(watcher.Watch(dir_ + "/d", Events::kNamesAndWrites).watch, 0);
  fs::remove(dir_ + "/d");
  const std::vector<std::string> events = Drain(watcher);
  EXPECT_NE(std::find(events.begin(), events.end(), "ended "), events.end());
  EXPECT_EQ(watcher.watches(), 0u);
}

TEST_F(InotifyWatcherTest, AnUnwatchedDirectoryIsSilentAndFreesItsWatch) {
  InotifyWatcher watcher(1);
  ASSERT_TRUE(watcher.Start());
  fs::create_directory(dir_ + "/d");
  watcher.Unwatch(watcher.Watch(dir_, Events::kNames).watch);
  Drain(watcher);
  EXPECT_EQ(watcher.watches(), 0u);
  Append("a", "x");
  EXPECT_TRUE(Drain(watcher).empty());
  EXPECT_EQ(watcher.Watch(dir_ + "/d", Events::kNames).refusal, WatchRefusal::kNone);
}

TEST_F(InotifyWatcherTest, RefusesBeyondItsLimitAndWhatIsNoDirectory) {
  InotifyWatcher watcher(1);
  ASSERT_TRUE(watcher.Start());
  Append("file", "x");
  fs::create_directory(dir_ + "/d");
  fs::create_directory_symlink(dir_ + "/d", dir_ + "/link");
  EXPECT_EQ(watcher.Watch(dir_ + "/none", Events::kNames).refusal, WatchRefusal::kOther);
  EXPECT_EQ(watcher.Watch(dir_ + "/file", Events::kNames).refusal, WatchRefusal::kOther);
  EXPECT_EQ(watcher.Watch(dir_ + "/link", Events::kNames).refusal, WatchRefusal::kOther);
  EXPECT_EQ(watcher.Watch(dir_, Events::kNames).refusal, WatchRefusal::kNone);
  EXPECT_EQ(watcher.Watch(dir_ + "/d", Events::kNames).refusal, WatchRefusal::kExhausted);
  // A known directory takes no new watch.
  EXPECT_EQ(watcher.Watch(dir_, Events::kNamesAndWrites).refusal, WatchRefusal::kNone);
  Drain(watcher);
  EXPECT_EQ(watcher.watches(), 1u);
}

TEST_F(InotifyWatcherTest, SaysThatEventsWereLostWhenTheQueueOverflows) {
  InotifyWatcher watcher(1);
  ASSERT_TRUE(watcher.Start());
  ASSERT_GE(watcher.Watch(dir_, Events::kNames).watch, 0);
  Append("a", "x");
  size_t queue = 16'384;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> queue;
  for (size_t i = 0; i <= queue / 4; ++i) {
    ASSERT_EQ(rename((dir_ + "/a").c_str(), (dir_ + "/b").c_str()), 0);
    ASSERT_EQ(rename((dir_ + "/b").c_str(), (dir_ + "/a").c_str()), 0);
  }
  bool lost = false;
  size_t drains = 0;
  for (bool any = true; any; ++drains) {
    any = !Drain(watcher).empty();
    lost = lost || lost_;
  }
  EXPECT_TRUE(lost);
  EXPECT_GT(drains, 1u);  // No Drain takes more than its batch.
}

TEST_F(InotifyWatcherTest, WithoutAnInstanceNothingIsWatched) {
  InotifyWatcher watcher(1);
  EXPECT_EQ(watcher.fd(), -1);
  EXPECT_EQ(watcher.Watch(dir_, Events::kNames).refusal, WatchRefusal::kExhausted);
  EXPECT_TRUE(Drain(watcher).empty());
}

}  // namespace
}  // namespace tailrace
