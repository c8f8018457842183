// Rotation, identity and truncation of live files, seen by a running reader.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "agent/base/unique_fd.h"
#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string N(const char* prefix, int i) { return prefix + std::to_string(i); }

TEST(Rotation, ReadsEveryGenerationOfFiveRenamesBetweenTwoSweeps) {
  TailHarness tail;
  tail.options.sources[0].poll_interval = seconds(4);
  tail.options.max_watches = 0;
  tail.Append("app.log", Lines("gen0", 0, 10));
  tail.Start();
  tail.Settle();
  std::string all = Lines("gen0", 0, 10);
  for (int i = 1; i <= 5; ++i) {
    for (int old = i; old >= 1; --old) {
      const std::string from = old == 1 ? "app.log" : N("app.log.", old - 1);
      tail.Rename(from, N("app.log.", old));
    }
    tail.Append("app.log", Lines(N("gen", i), 0, 10));
    all += Lines(N("gen", i), 0, 10);
  }
  tail.Advance(seconds(10));
  EXPECT_EQ(tail.ContentOf("app.log"), all);
  EXPECT_EQ(tail.FilesOf("app.log").size(), 6u);
}

// Who rotates may do it twice between the look at a name and the opening of what it leads to.
void ReadsTheGenerationThatIsFoundLate(size_t max_watches) {
  TailHarness tail;
  tail.options.max_watches = max_watches;
  bool again = false;
  tail.select = [&](SourceId, const StreamInfo&) {
    if (again) {
      tail.Rename("app.log", "app.log.1");
      tail.Append("app.log", Lines("third", 0, 3));
      again = false;
    }
    return true;
  };
  tail.Append("app.log", Lines("first", 0, 3));
  tail.Start();
  tail.Settle();
  tail.Rename("app.log", "app.log.2");
  tail.Append("app.log", Lines("second", 0, 3));
  again = true;
  tail.Advance(seconds(2));
  EXPECT_FALSE(again);
  EXPECT_EQ(tail.FilesOf("app.log").size(), 3u);
  EXPECT_EQ(tail.ContentOf("app.log"),
            Lines("first", 0, 3) + Lines("second", 0, 3) + Lines("third", 0, 3));
}

TEST(Rotation, ReadsAGenerationThatIsFoundLateBeforeTheNewerOne) {
  ReadsTheGenerationThatIsFoundLate(8192);
}
TEST(Rotation, ReadsAGenerationThatIsFoundLateBeforeTheNewerOneWithoutWatches) {
  ReadsTheGenerationThatIsFoundLate(0);
}

TEST(Rotation, AThousandFilesAtOnce) {
  TailHarness tail;
  for (int i = 0; i < 1000; ++i) tail.Append(N("f", i) + ".log", Lines(N("f", i), 0, 3));
  tail.Start();
  tail.Settle();
  for (int i = 0; i < 1000; ++i) {
    tail.Append(N("f", i) + ".log", Lines(N("f", i), 3, 3));
    tail.Rename(N("f", i) + ".log", N("f", i) + ".log.1");
    tail.Append(N("f", i) + ".log", Lines(N("f", i), 6, 3));
  }
  tail.Advance(seconds(8));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(tail.ContentOf(N("f", i) + ".log"), Lines(N("f", i), 0, 9)) << i;
  }
}

TEST(Rotation, FollowsAWriterThatGoesOnUnderTheOldHandle) {
  TailHarness tail;
  tail.UsePods();
  const std::string log = "ns_pod_uid/c/0.log";
  tail.Append(log, CriLine(1, "one"));
  tail.Start();
  tail.Settle();
  const UniqueFd old(open(tail.Path(log).c_str(), O_WRONLY | O_APPEND));
  tail.Rename(log, log + ".20260102-030405");
  tail.Advance(seconds(5));
  const std::string late = CriLine(2, "late");
  ASSERT_EQ(write(old.get(), late.data(), late.size()), static_cast<ssize_t>(late.size()));
  tail.Append(log, CriLine(3, "new"));
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf(log), CriLine(1, "one") + late + CriLine(3, "new"));
  // 50 s later, still within the minute of quiet.
  tail.Advance(seconds(50));
  const std::string last = CriLine(4, "last");
  ASSERT_EQ(write(old.get(), last.data(), last.size()), static_cast<ssize_t>(last.size()));
  tail.Advance(seconds(90));
  ASSERT_EQ(tail.FilesOf(log).size(), 2u);
  EXPECT_EQ(tail.FilesOf(log)[0]->content, CriLine(1, "one") + late + last);
  EXPECT_EQ(tail.FilesOf(log)[0]->ends, 1);
  EXPECT_EQ(tail.FilesOf(log)[1]->ends, 0);
}

TEST(Rotation, ReopensARotatedFileThatGrowsAfterItsEnd) {
  TailHarness tail;
  tail.Append("a.log", "one\n");
  tail.Start();
  tail.Settle();
  tail.Rename("a.log", "a.log.1");
  tail.Advance(seconds(70));
  ASSERT_EQ(tail.FilesOf("a.log").size(), 1u);
  EXPECT_EQ(tail.FilesOf("a.log")[0]->ends, 1);
  tail.Append("a.log.1", "two\n");
  tail.Advance(seconds(5));
  EXPECT_EQ(tail.FilesOf("a.log")[0]->content, "one\ntwo\n");
  tail.Advance(seconds(70));
  EXPECT_EQ(tail.FilesOf("a.log")[0]->ends, 2);
  EXPECT_FALSE(tail.FilesOf("a.log")[0]->gone);
  tail.Remove("a.log.1");
  tail.Advance(seconds(90));
  EXPECT_TRUE(tail.FilesOf("a.log")[0]->gone);
}

TEST(Rotation, TheNewFileWaitsUntilTheOldOneIsRead) {
  TailHarness tail;
  tail.Append("a.log", "one\n");
  tail.Start();
  tail.Settle();
  const uint32_t old = tail.files().begin()->first;
  tail.Pause(old);
  tail.Append("a.log", "two\n");
  tail.Rename("a.log", "a.log.1");
  tail.Append("a.log", "three\n");
  tail.Advance(seconds(5));
  EXPECT_EQ(tail.files().size(), 1u);
  tail.Resume(old);
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf("a.log"), "one\ntwo\nthree\n");
}

TEST(Rotation, DrainsADeletedFileAndThenForgetsIt) {
  TailHarness tail;
  tail.Append("a.log", "one\n");
  tail.Start();
  tail.Settle();
  const UniqueFd writer(open(tail.Path("a.log").c_str(), O_WRONLY | O_APPEND));
  tail.Remove("a.log");
  ASSERT_EQ(write(writer.get(), "two\n", 4), 4);
  tail.Advance(seconds(30));
  EXPECT_EQ(tail.GaugeValue("tailrace_files_held_deleted"), 1);
  ASSERT_EQ(write(writer.get(), "three\n", 6), 6);
  tail.Advance(seconds(120));
  ASSERT_EQ(tail.files().size(), 1u);
  const SentFile& file = tail.files().begin()->second;
  EXPECT_EQ(file.content, "one\ntwo\nthree\n");
  EXPECT_EQ(file.ends, 1);
  EXPECT_TRUE(file.gone);
  EXPECT_EQ(tail.GaugeValue("tailrace_files_held_deleted"), 0);
  EXPECT_EQ(tail.GaugeValue("tailrace_files_open"), 0);
}

// The file is closed, so that its inode number is free at once.
TEST(Rotation, AReusedInodeIsAnotherFile) {
  for (const int lines : {1, 50}) {
    TailHarness tail;
    tail.Append("a.log", Lines("old", 0, 10));
    tail.Start();
    tail.Settle();
    tail.Rename("a.log", "b.log.1");
    tail.Advance(seconds(70));
    tail.Remove("b.log.1");
    tail.Write("a.log", Lines("new", 0, lines));
    tail.Advance(seconds(5));
    ASSERT_EQ(tail.files().size(), 2u) << lines;
    EXPECT_EQ(tail.files().rbegin()->second.content, Lines("new", 0, lines));
    EXPECT_EQ(tail.files().begin()->second.content, Lines("old", 0, 10));
  }
}

TEST(Rotation, HardLinksAndRenamesToOtherDirectoriesAreOneFile) {
  TailHarness tail;
  tail.Append("a.log", "one\n");
  tail.Start();
  tail.Settle();
  ASSERT_EQ(link(tail.Path("a.log").c_str(), tail.Path("b.log").c_str()), 0);
  tail.Advance(seconds(3));
  tail.Rename("a.log", "old/a.log.1");
  tail.Append("b.log", "two\n");
  tail.Advance(seconds(100));
  ASSERT_EQ(tail.files().size(), 1u);
  EXPECT_EQ(tail.files().begin()->second.content, "one\ntwo\n");
  EXPECT_FALSE(tail.files().begin()->second.gone);
}

TEST(Rotation, AFileReplacedByRenameIsReadAnew) {
  TailHarness tail;
  tail.Append("a.log", Lines("old", 0, 5));
  tail.Start();
  tail.Settle();
  tail.Append("a.tmp", Lines("new", 0, 9));
  tail.Rename("a.tmp", "a.log");
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf("a.log"), Lines("old", 0, 5) + Lines("new", 0, 9));
}

TEST(Rotation, FourHundredFilesWithTheSameFirstLineAreAllRead) {
  TailHarness tail;
  const std::string header = std::string(2047, 'h') + "\n";
  for (int i = 0; i < 400; ++i) tail.Append(N("f", i) + ".log", header + N("body", i) + "\n");
  for (int i = 0; i < 100; ++i) tail.Append(N("small", i) + ".log", "ten bytes\n");
  tail.Start();
  tail.Settle();
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(tail.ContentOf(N("f", i) + ".log"), header + N("body", i) + "\n");
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(tail.ContentOf(N("small", i) + ".log"), "ten bytes\n");
}

TEST(Rotation, ShortLivedDirectoriesAreReadToTheirEnd) {
  TailHarness tail;
  tail.UsePods();
  tail.Start();
  tail.Settle();
  for (int i = 0; i < 500; ++i) {
    const std::string pod = N("ns_pod_uid", i);
    for (int line = 0; line < 3; ++line) tail.Append(pod + "/c/0.log", CriLine(line, N("p", i)));
    tail.Step();
    tail.clock.Advance(milliseconds(6));
    if (i >= 20) std::filesystem::remove_all(tail.Path(N("ns_pod_uid", i - 20)));
  }
  tail.Advance(seconds(3));
  for (int i = 0; i < 500; ++i) {
    const std::string text = CriLine(0, N("p", i)) + CriLine(1, N("p", i)) + CriLine(2, N("p", i));
    ASSERT_EQ(tail.ContentOf(N("ns_pod_uid", i) + "/c/0.log"), text) << i;
  }
}

TEST(Truncation, BeginsAGenerationAndCountsWhatIsSeenToBeDestroyed) {
  TailHarness tail;
  tail.Append("a.log", Lines("old", 0, 10));
  tail.Start();
  tail.Settle();
  const uint32_t id = tail.files().begin()->first;
  tail.Pause(id);
  tail.Append("a.log", Lines("old", 10, 5));
  tail.Advance(seconds(2));  // Seen, not read.
  tail.Write("a.log", Lines("new", 0, 3));
  tail.Advance(seconds(2));
  tail.Resume(id);
  tail.Advance(seconds(5));
  const int64_t lost = static_cast<int64_t>(Lines("old", 10, 5).size());
  EXPECT_EQ(tail.SkippedBytes(SkipReason::kTruncated), lost);
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total", "truncated"),
            static_cast<uint64_t>(lost));
  const auto files = tail.FilesOf("a.log");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_TRUE(files[0]->content.starts_with(Lines("old", 0, 10)));
  EXPECT_EQ(files[1]->content, Lines("new", 0, 3));
  EXPECT_EQ(files[1]->stream->identity.generation, files[0]->stream->identity.generation + 1);
  EXPECT_NE(files[1]->stream->key, files[0]->stream->key);
  tail.Advance(seconds(60));
  EXPECT_TRUE(tail.FilesOf("a.log")[0]->gone);
  EXPECT_FALSE(tail.FilesOf("a.log")[1]->gone);
}

TEST(Truncation, IsSeenThoughTheNewContentIsLongerAndBeginsTheSame) {
  TailHarness tail;
  const std::string header(2048, 'h');
  tail.Append("a.log", header + "\n" + Lines("old", 0, 10));
  tail.Start();
  tail.Settle();
  tail.Write("a.log", header + "\n" + Lines("new", 0, 100));
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf("a.log"),
            header + "\n" + Lines("old", 0, 10) + header + "\n" + Lines("new", 0, 100));
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
}

TEST(Truncation, IsSeenThoughTheNewContentIsAsLong) {
  for (const bool paused : {false, true}) {
    TailHarness tail;
    tail.Append("a.log", Lines("old", 0, 10));
    tail.Start();
    tail.Settle();
    const uint32_t id = tail.files().begin()->first;
    if (paused) tail.Pause(id);
    // The kernel's clock stamps files; its ticks are a few milliseconds long.
    const auto last = std::filesystem::last_write_time(tail.Path("a.log"));
    while (std::filesystem::last_write_time(tail.Path("a.log")) == last) {
      tail.Write("a.log", Lines("new", 0, 10));
    }
    tail.Advance(seconds(3));
    if (paused) tail.Resume(id);
    tail.Advance(seconds(3));
    EXPECT_EQ(tail.ContentOf("a.log"), Lines("old", 0, 10) + Lines("new", 0, 10));
    EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
  }
}

TEST(Truncation, GoesOnInTheCopyThatCopytruncateMade) {
  TailHarness tail;
  const std::string header = std::string(2047, 'h') + "\n";
  tail.Append("a.log", header + Lines("one", 0, 10));
  tail.Start();
  tail.Settle();
  std::string all = header + Lines("one", 0, 10);
  for (int round = 0; round < 4; ++round) {
    const uint32_t id = tail.files().rbegin()->first;
    tail.Pause(id);
    tail.Append("a.log", Lines(N("late", round), 0, 7));
    all += Lines(N("late", round), 0, 7);
    tail.Advance(seconds(2));
    for (int i = round; i >= 1; --i) {
      tail.Rename(N("a.log.", i), N("a.log.", i + 1));
    }
    std::filesystem::copy_file(tail.Path("a.log"), tail.Path("a.log.1"));
    tail.Truncate("a.log", 0);
    tail.Append("a.log", header + Lines(N("next", round), 0, 5));
    all += header + Lines(N("next", round), 0, 5);
    tail.Advance(seconds(3));
    tail.Resume(id);
    tail.Advance(seconds(80));
  }
  EXPECT_EQ(tail.ContentOf("a.log"), all);
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
}

TEST(HeldDeleted, GivesUpTheOldestBeyondTheBudgetAndCountsIt) {
  TailHarness tail;
  tail.options.sources[0].max_held_deleted_bytes = 600'000;
  std::string text = Lines("x", 0, 20'000);  // 200 kB.
  for (int i = 0; i < 5; ++i) tail.Append(N("f", i) + ".log", "first\n");
  tail.Start();
  tail.Settle();
  for (auto& [id, file] : tail.files()) tail.Pause(id);
  for (int i = 0; i < 5; ++i) {
    tail.Append(N("f", i) + ".log", text);
    tail.Advance(seconds(2));
    tail.Remove(N("f", i) + ".log");
    tail.Advance(seconds(2));
  }
  EXPECT_EQ(tail.GaugeValue("tailrace_files_held_deleted"), 2);
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total", "deleted_unread"),
            3 * text.size());
  for (auto& [id, file] : tail.files()) tail.Resume(id);
  tail.Advance(seconds(100));
  int64_t read = 0;
  for (auto& [id, file] : tail.files()) read += file.expected;
  EXPECT_EQ(read, static_cast<int64_t>(5 * (text.size() + 6)));
  EXPECT_EQ(tail.SkippedBytes(SkipReason::kDeletedUnread), static_cast<int64_t>(3 * text.size()));
}

TEST(Descriptors, IdleFilesBeyondTheLimitAreClosedAndReadAgainWhenTheyGrow) {
  TailHarness tail;
  tail.options.max_open_files = 10;
  for (int i = 0; i < 30; ++i) tail.Append(N("f", i) + ".log", "one\n");
  tail.Start();
  tail.Settle();
  tail.Advance(seconds(70));
  EXPECT_EQ(tail.GaugeValue("tailrace_files_open"), 10);
  for (int i = 0; i < 30; ++i) tail.Append(N("f", i) + ".log", "two\n");
  tail.Advance(seconds(3));
  for (int i = 0; i < 30; ++i) EXPECT_EQ(tail.ContentOf(N("f", i) + ".log"), "one\ntwo\n");
  tail.Advance(seconds(70));
  // Closed, truncated and grown beyond where it was read.
  for (int i = 0; i < 30; ++i) tail.Write(N("f", i) + ".log", "three three three\n");
  tail.Advance(seconds(3));
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(tail.ContentOf(N("f", i) + ".log"), "one\ntwo\nthree three three\n");
  }
}

TEST(Bounds, NamesBeyondMaxFilesAreCountedAndReadWhenThereIsRoom) {
  TailHarness tail;
  tail.options.sources[0].max_files = 5;
  for (int i = 0; i < 8; ++i) tail.Append(N("f", i) + ".log", "one\n");
  tail.Start();
  tail.Settle();
  EXPECT_EQ(tail.files().size(), 5u);
  EXPECT_GE(tail.CounterValue("tailrace_tail_files_beyond_limit_total"), 3u);
  for (int i = 0; i < 8; ++i) tail.Remove(N("f", i) + ".log");
  for (int i = 8; i < 12; ++i) tail.Append(N("f", i) + ".log", "one\n");
  tail.Advance(seconds(20));
  for (int i = 8; i < 12; ++i) EXPECT_EQ(tail.ContentOf(N("f", i) + ".log"), "one\n");
}

}  // namespace
}  // namespace tailrace
