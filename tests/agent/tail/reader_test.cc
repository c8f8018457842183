#include "agent/tail/reader.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Reader, ReadsWhatIsThereAndWhatIsWrittenLater) {
  TailHarness tail;
  tail.Append("a.log", "one\n");
  tail.Start();
  tail.Settle();
  EXPECT_EQ(tail.ContentOf("a.log"), "one\n");
  tail.Append("a.log", "two\n");
  tail.Advance(milliseconds(100));
  EXPECT_EQ(tail.ContentOf("a.log"), "one\ntwo\n");
  EXPECT_EQ(tail.CounterValue("tailrace_source_read_bytes_total"), 8u);
}

TEST(Reader, FindsNewFilesInNewDirectoriesBeforeTheNextSweep) {
  TailHarness tail;
  tail.options.sources[0].poll_interval = seconds(1000);
  tail.Start();
  tail.Settle();
  tail.Append("x/y/z/a.log", "deep\n");
  tail.Settle();
  EXPECT_EQ(tail.ContentOf("x/y/z/a.log"), "deep\n");
}

TEST(Reader, FindsNewFilesAndNewLinesBySweepsAloneWhenWatchesRanOut) {
  TailHarness tail;
  tail.options.max_watches = 0;
  tail.Start();
  tail.Settle();
  tail.Append("x/a.log", "one\n");
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf("x/a.log"), "one\n");
  tail.Advance(seconds(30));
  tail.Append("x/a.log", "two\n");
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf("x/a.log"), "one\ntwo\n");
  EXPECT_GT(tail.CounterValue("tailrace_tail_watches_refused_total"), 0u);
}

TEST(Reader, LosesNothingWhenInotifyOverflows) {
  TailHarness tail;
  tail.Start();
  tail.Settle();
  // More events than fs.inotify.max_queued_events holds, while nobody takes any.
  tail.Append("churn.log", "c\n");
  for (int i = 0; i < 10'000; ++i) {
    tail.Rename("churn.log", "churn2.log");
    tail.Rename("churn2.log", "churn.log");
  }
  tail.Append("late/a.log", "late\n");
  tail.Advance(milliseconds(100));
  EXPECT_EQ(tail.CounterValue("tailrace_tail_inotify_overflows_total"), 1u);
  EXPECT_EQ(tail.ContentOf("late/a.log"), "late\n");
  EXPECT_EQ(tail.ContentOf("churn.log"), "c\n");
}

TEST(Reader, WaitsForTheFirstLineUnlessItDoesNotEnd) {
  TailHarness tail;
  tail.Append("a.log", "begin");
  tail.Start();
  tail.Advance(seconds(2));
  EXPECT_TRUE(tail.files().empty());
  tail.Advance(seconds(5));
  EXPECT_EQ(tail.ContentOf("a.log"), "begin");
  ASSERT_EQ(tail.files().size(), 1u);
  const FileKey early = tail.files().begin()->second.stream->key;
  tail.Append("a.log", " end\nnext\n");
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf("a.log"), "begin end\nnext\n");
  EXPECT_EQ(tail.files().begin()->second.rekeys, 1);
  EXPECT_NE(tail.files().begin()->second.stream->key, early);
}

TEST(Reader, FlushesOnceAfterAPauseInWhatIsWritten) {
  TailHarness tail;
  tail.Append("a.log", "line\npart");
  tail.Start();
  tail.Advance(seconds(4));
  SentFile& file = tail.files().begin()->second;
  EXPECT_EQ(file.flushes, 0);
  tail.Advance(seconds(20));
  EXPECT_EQ(file.flushes, 1);
  tail.Append("a.log", " more");
  tail.Advance(seconds(20));
  EXPECT_EQ(file.flushes, 2);
  EXPECT_EQ(file.content, "line\npart more");
}

TEST(Reader, OnceReadsEverythingToItsEndAndSaysSo) {
  TailHarness tail;
  tail.workers = 3;
  tail.options.once = true;
  std::string all;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "d" + std::to_string(i % 7) + "/f" + std::to_string(i) + ".log";
    tail.Append(name, Lines(name, 0, 1000 + i));
  }
  tail.Append("empty.log", "");
  tail.Append("open.log", "no newline");
  tail.Start();
  ASSERT_TRUE(tail.RunToEnd());
  EXPECT_TRUE(tail.ended());
  EXPECT_TRUE(tail.flush_held());
  for (int i = 0; i < 50; ++i) {
    const std::string name = "d" + std::to_string(i % 7) + "/f" + std::to_string(i) + ".log";
    EXPECT_EQ(tail.ContentOf(name), Lines(name, 0, 1000 + i));
  }
  EXPECT_EQ(tail.ContentOf("open.log"), "no newline");
  for (const auto& [id, file] : tail.files()) EXPECT_EQ(file.ends, 1);
}

TEST(Reader, OnceReadsAgainWhatIsHandedBackAfterTheEnd) {
  TailHarness tail;
  tail.options.once = true;
  tail.hold_closed = true;
  tail.Append("a.log", Lines("a", 0, 100));
  tail.Start();
  for (int i = 0; i < 100; ++i) {
    tail.Step();
    tail.clock.Advance(milliseconds(5));
  }
  ASSERT_EQ(tail.files().size(), 1u);
  EXPECT_EQ(tail.files().begin()->second.ends, 1);
  const uint32_t id = tail.files().begin()->first;
  tail.Rewind(id, 20);
  tail.hold_closed = false;
  EXPECT_FALSE(tail.reader().done());
  tail.Advance(seconds(5));
  EXPECT_FALSE(tail.reader().done());
  tail.Resume(id);
  ASSERT_TRUE(tail.RunToEnd());
  EXPECT_EQ(tail.ContentOf("a.log"), Lines("a", 0, 100));
  EXPECT_EQ(tail.CounterValue("tailrace_source_read_bytes_total"), Lines("a", 0, 100).size());
}

TEST(Reader, StopEndsWithoutFlushingWhatIsHeld) {
  TailHarness tail;
  tail.workers = 2;
  tail.Append("a.log", "a\nb");
  tail.Start();
  tail.Settle();
  tail.StopReader();
  ASSERT_TRUE(tail.RunToEnd());
  EXPECT_TRUE(tail.ended());
  EXPECT_FALSE(tail.flush_held());
}

TEST(Reader, APausedFileHoldsNoOtherUp) {
  TailHarness tail;
  tail.Append("a.log", "a\n");
  tail.Append("b.log", "b\n");
  tail.Start();
  tail.Settle();
  const uint32_t paused = tail.files().begin()->first;
  const std::string paused_name =
      tail.files().begin()->second.stream->path == tail.Path("a.log") ? "a.log" : "b.log";
  const std::string other_name = paused_name == "a.log" ? "b.log" : "a.log";
  tail.Pause(paused);
  tail.Append(paused_name, "more\n");
  tail.Append(other_name, "more\n");
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf(paused_name).size(), 2u);
  EXPECT_EQ(tail.ContentOf(other_name).size(), 7u);
  EXPECT_EQ(tail.GaugeValue("tailrace_source_lag_bytes"), 5);
  tail.Resume(paused);
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf(paused_name).size(), 7u);
}

TEST(Reader, GoesOnWhenSlabsComeBackLate) {
  TailHarness tail;
  tail.options.max_slabs = 2;
  tail.ring_slabs = 2;
  const std::string text = Lines("big", 0, 100'000);
  tail.Append("a.log", text);
  tail.Append("b.log", text);
  tail.hold_slabs = true;
  tail.Start();
  for (int i = 0; i < 50; ++i) {
    tail.Step();
    tail.clock.Advance(milliseconds(5));
  }
  // Discovery goes on while there is no slab.
  tail.Append("c.log", "c\n");
  for (int i = 0; i < 50; ++i) tail.Step();
  tail.hold_slabs = false;
  tail.Advance(seconds(1));
  EXPECT_EQ(tail.ContentOf("a.log"), text);
  EXPECT_EQ(tail.ContentOf("b.log"), text);
  EXPECT_EQ(tail.ContentOf("c.log"), "c\n");
}

TEST(Reader, ManySmallFilesShareFewSlabs) {
  TailHarness tail;
  for (int i = 0; i < 2000; ++i) tail.Append("f" + std::to_string(i) + ".log", "line\n");
  tail.Start();
  tail.Settle();
  const size_t before = tail.slabs_received();
  for (int i = 0; i < 2000; ++i) tail.Append("f" + std::to_string(i) + ".log", "line\n");
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.CounterValue("tailrace_source_read_bytes_total"), 20'000u);
  EXPECT_LT(tail.slabs_received() - before, 50u);
}

TEST(Reader, ReadsNoFasterThanItMay) {
  TailHarness tail;
  tail.options.max_read_rate_bytes = 1'000'000;
  tail.Append("a.log", Lines("a", 0, 300'000));
  const MonotonicTime begin = tail.clock.Now();
  tail.Start();
  while (tail.ContentOf("a.log").size() < 3'000'000) {
    tail.Step();
    tail.clock.Advance(milliseconds(5));
    ASSERT_LT(tail.clock.Now() - begin, seconds(10));
  }
  EXPECT_GT(tail.clock.Now() - begin, milliseconds(2500));
}

TEST(Reader, PassesOverHolesAndCountsThem) {
  TailHarness tail;
  tail.Append("a.log", "before\n");
  tail.Truncate("a.log", 10 << 20);
  tail.Append("a.log", "after\n");
  tail.Start();
  tail.Settle();
  ASSERT_EQ(tail.files().size(), 1u);
  const SentFile& file = tail.files().begin()->second;
  EXPECT_EQ(file.expected, (10 << 20) + 6);
  EXPECT_TRUE(file.content.starts_with("before\n"));
  EXPECT_TRUE(file.content.ends_with("after\n"));
  EXPECT_GT(tail.SkippedBytes(SkipReason::kSparseHole), 9 << 20);
}

TEST(Reader, StopsWhileItsThreadSleeps) {
  TailHarness tail;
  SystemClock clock;
  MetricRegistry metrics;
  SpscRing<SlabPtr> slabs(8);
  SpscRing<ReaderCommand> commands(8);
  SpscRing<ReaderCommand> control(8);
  Doorbell worker_bell;
  Doorbell reader_bell;
  ReaderPorts ports;
  ports.workers.push_back({&slabs, &worker_bell, &commands});
  ports.control = &control;
  ports.doorbell = &reader_bell;
  Heartbeat heartbeat("reader");
  ports.heartbeat = &heartbeat;
  tail.options.sources[0].poll_interval = seconds(1000);
  Reader reader(
      tail.options, {}, [](SourceId, const StreamInfo&) { return true; }, clock, metrics, ports);
  std::thread thread([&] { reader.Run(); });
  tail.Append("a.log", "woken by inotify\n");
  size_t bytes = 0;
  while (bytes == 0) {
    worker_bell.Wait(milliseconds(-1), [&] { return slabs.SizeApprox() == 0; });
    while (auto slab = slabs.TryPop()) bytes += (*slab)->used_bytes;
  }
  EXPECT_EQ(bytes, 17u);
  ReaderCommand stop;
  stop.kind = ReaderCommand::Kind::kStop;
  ASSERT_TRUE(control.TryPush(stop));
  reader_bell.Ring();
  thread.join();
  EXPECT_TRUE(reader.done());
  EXPECT_TRUE(heartbeat.ended());
}

TEST(Reader, BeatsInEachRoundAlsoWhenThereIsNothingToRead) {
  TailHarness tail;
  tail.Start();
  tail.Step();
  for (int i = 0; i < 10; ++i) {
    tail.clock.Advance(seconds(30));
    EXPECT_EQ(tail.heartbeat().Age(tail.clock.Now()), seconds(30));
    const MonotonicTime next = tail.reader().Step();
    EXPECT_EQ(tail.heartbeat().Age(tail.clock.Now()), seconds(0));
    EXPECT_LE(next - tail.clock.Now(), seconds(10));  // It will not sleep for longer.
  }
}

}  // namespace
}  // namespace tailrace
