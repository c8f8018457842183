// What a reader does with files that an earlier run has read from.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <filesystem>
#include <string>

#include "agent/tail/head_key.h"
#include "agent/tail/intake.h"
#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::seconds;

constexpr int64_t kLineBytes = 12;  // Of Lines("app", ...).

// Stops, and starts again with what a store would have kept.
void Restart(TailHarness& tail, StoredState state) {
  tail.Stop();
  tail.stored = std::move(state);
  tail.Start();
  tail.Settle();
}

TEST(Resume, GoesOnAtTheFrontier) {
  TailHarness tail;
  tail.Append("app.log", Lines("app", 0, 100));
  tail.Start();
  tail.Settle();
  const FileKey key = tail.files().begin()->second.stream->key;
  const StoredState state = tail.Checkpoints([](const SentFile&) { return 40 * kLineBytes; });
  tail.Append("app.log", Lines("app", 100, 10));
  Restart(tail, state);
  ASSERT_EQ(tail.files().size(), 1u);
  EXPECT_EQ(tail.files().begin()->second.begin, 40 * kLineBytes);
  EXPECT_EQ(tail.ContentOf("app.log"), Lines("app", 40, 70));
  EXPECT_EQ(tail.files().begin()->second.stream->key, key);
}

TEST(Resume, AnnouncesAFileThatHasNothingNew) {
  TailHarness tail;
  tail.Append("app.log", Lines("app", 0, 3));
  tail.Start();
  tail.Settle();
  Restart(tail, tail.CheckpointsAtEnd());
  ASSERT_EQ(tail.files().size(), 1u);
  EXPECT_EQ(tail.files().begin()->second.content, "");
  EXPECT_EQ(tail.files().begin()->second.begin, 3 * kLineBytes);
}

TEST(Resume, TruncatedWhileStopped) {
  for (const int lines : {1, 20, 1000}) {
    TailHarness tail;
    tail.Append("app.log", Lines("app", 0, 100));
    tail.Start();
    tail.Settle();
    const StoredState state = tail.Checkpoints([](const SentFile&) { return 40 * kLineBytes; });
    // Shorter than the frontier, or longer, and with the same first line.
    tail.Write("app.log", Lines("app", 0, 1) + Lines("new", 0, lines));
    Restart(tail, state);
    const std::string text = Lines("app", 0, 1) + Lines("new", 0, lines);
    EXPECT_EQ(tail.ContentOf("app.log"), text) << lines;
    EXPECT_EQ(tail.files().begin()->second.stream->identity.generation, 1u);
    EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total", "truncated"), 60u * kLineBytes);
    // And no more at the next starts.
    for (int again = 0; again < 3; ++again) {
      StoredState both = tail.CheckpointsAtEnd();
      both.files.push_back(state.files[0]);
      Restart(tail, both);
      EXPECT_EQ(tail.ContentOf("app.log"), "") << lines;
      EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 60u * kLineBytes);
    }
  }
}

TEST(Resume, RotatedWhileStopped) {
  TailHarness tail;
  tail.Append("app.log", Lines("one", 0, 10));
  tail.Start();
  tail.Settle();
  const StoredState state = tail.CheckpointsAtEnd();
  tail.Append("app.log", Lines("one", 10, 5));
  tail.Rename("app.log", "app.log.2");
  tail.Append("app.log.1", Lines("two", 0, 5));
  tail.Append("app.log", Lines("three", 0, 5));
  Restart(tail, state);
  EXPECT_EQ(tail.ContentOf("app.log"),
            Lines("one", 10, 5) + Lines("two", 0, 5) + Lines("three", 0, 5));
}

TEST(Resume, AReusedInodeIsReadFromItsBeginning) {
  for (const int lines : {3, 50}) {
    TailHarness tail;
    tail.Append("app.log", Lines("old", 0, 10));
    tail.Start();
    tail.Settle();
    const StoredState state = tail.CheckpointsAtEnd();
    tail.Stop();
    tail.Remove("app.log");
    tail.Append("app.log", Lines("new", 0, lines));
    Restart(tail, state);
    EXPECT_EQ(tail.ContentOf("app.log"), Lines("new", 0, lines));
  }
}

TEST(Resume, CountsWhatIsGoneUnread) {
  TailHarness tail;
  tail.Append("app.log", Lines("app", 0, 10));
  tail.Start();
  tail.Settle();
  const StoredState state = tail.Checkpoints([](const SentFile&) { return 4 * kLineBytes; });
  tail.Remove("app.log");
  Restart(tail, state);
  EXPECT_TRUE(tail.files().empty());
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total", "deleted_unread"),
            6u * kLineBytes);
}

TEST(Resume, CountsWhatIsGoneThoughItWasNeverRead) {
  TailHarness tail;
  tail.Append("app.log", Lines("app", 0, 10));
  tail.Start();
  tail.Settle();
  tail.Pause(tail.files().begin()->first);
  tail.Append("app.log", Lines("app", 10, 90));
  tail.Advance(seconds(5));
  ASSERT_EQ(tail.ContentOf("app.log"), Lines("app", 0, 10));
  const StoredState state = tail.CheckpointsAtEnd();
  EXPECT_EQ(state.files[0].known_bytes, 100 * kLineBytes);
  tail.Remove("app.log");
  Restart(tail, state);
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total", "deleted_unread"),
            90u * kLineBytes);
}

TEST(Resume, KeepsTheKeyWhenTheDeviceNumberChanged) {
  TailHarness tail;
  tail.Append("app.log", Lines("app", 0, 10));
  tail.Start();
  tail.Settle();
  StoredState state = tail.CheckpointsAtEnd();
  // As if made under another number: the key as well.
  const FileIdentity identity = state.files[0].identity;
  state.files[0].identity.device += 1;
  const HeadKey keys("key", "", "node");
  state.files[0].key = keys.Make(FileFormat::kRaw, {}, state.files[0].identity, Lines("app", 0, 1));
  Restart(tail, state);
  ASSERT_EQ(tail.files().size(), 1u);
  EXPECT_EQ(tail.files().begin()->second.begin, 10 * kLineBytes);
  EXPECT_EQ(tail.files().begin()->second.stream->key, state.files[0].key);
  EXPECT_NE(tail.files().begin()->second.stream->identity, identity);
}

TEST(Resume, AnUnterminatedFirstLineThatGrewKeepsItsEarlyKeyUntilTheRekey) {
  TailHarness tail;
  tail.Append("app.log", "begin");
  tail.Start();
  tail.Advance(seconds(10));
  ASSERT_EQ(tail.ContentOf("app.log"), "begin");
  const StoredState state = tail.CheckpointsAtEnd();
  tail.Append("app.log", " end\nnext\n");
  Restart(tail, state);
  ASSERT_EQ(tail.files().size(), 1u);
  const SentFile& file = tail.files().begin()->second;
  EXPECT_EQ(file.begin, 5);
  EXPECT_EQ(file.content, " end\nnext\n");
  EXPECT_EQ(file.rekeys, 1);
  EXPECT_NE(file.stream->key, state.files[0].key);
}

// What the old key's row says must not make a truncated file that begins the same its own again.
TEST(Resume, AKeyThatWasGivenUpIsNotTakenUpAgain) {
  TailHarness tail;
  tail.Append("app.log", "begin");
  tail.Start();
  tail.Advance(seconds(10));
  StoredState state = tail.CheckpointsAtEnd();
  StoredFile& given_up = state.files[0];
  tail.Append("app.log", " end\nnext\n");
  tail.Advance(seconds(5));
  given_up.frontier_bytes = given_up.known_bytes = 0;
  given_up.anchor = {};
  given_up.complete = given_up.gone = true;
  state.files.push_back(tail.CheckpointsAtEnd().files[0]);
  ASSERT_NE(state.files[0].key, state.files[1].key);
  tail.Truncate("app.log", 0);
  tail.Append("app.log", "begin end\n2\n");
  Restart(tail, state);
  ASSERT_EQ(tail.files().size(), 1u);
  const SentFile& file = tail.files().begin()->second;
  EXPECT_EQ(file.content, "begin end\n2\n");
  EXPECT_EQ(file.stream->identity.generation, 1u);
  EXPECT_NE(file.stream->key, state.files[1].key);
}

TEST(Resume, TheCopyOfACopytruncateIsNotReadTwice) {
  for (const bool truncated_again : {false, true}) {
    TailHarness tail;
    tail.Append("app.log", Lines("old", 0, 20));
    tail.Start();
    tail.Settle();
    const StoredState state = tail.Checkpoints([](const SentFile&) { return 10 * kLineBytes; });
    tail.Append("app.log", Lines("old", 20, 5));
    std::filesystem::copy_file(tail.Path("app.log"), tail.Path("app.log.1"));
    if (truncated_again) tail.Write("app.log", Lines("new", 0, 5));
    Restart(tail, state);
    tail.Advance(seconds(3));
    const std::string later = truncated_again ? Lines("new", 0, 5) : "";
    EXPECT_EQ(tail.ContentOf("app.log"), Lines("old", 10, 15) + later);
    EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
    // Both are known from here on.
    Restart(tail, tail.CheckpointsAtEnd());
    EXPECT_EQ(tail.ContentOf("app.log"), "");
  }
}

TEST(Resume, APodLogThatWasCopiedBackIsKnownByItsKey) {
  TailHarness tail;
  tail.UsePods();
  const std::string log = "ns_pod_uid/c/0.log";
  tail.Append(log, CriLine(1, "one") + CriLine(2, "two"));
  tail.Start();
  tail.Settle();
  const StoredState state =
      tail.Checkpoints([](const SentFile&) { return CriLine(1, "one").size(); });
  tail.Rename(log, "backup");
  std::filesystem::copy_file(tail.Path("backup"), tail.Path(log));
  tail.Append(log, CriLine(3, "three"));
  Restart(tail, state);
  EXPECT_EQ(tail.ContentOf(log), CriLine(2, "two") + CriLine(3, "three"));
  EXPECT_EQ(tail.files().begin()->second.stream->key, state.files[0].key);
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
}

struct StartCase {
  StartAt::Kind kind;
  bool first_use;
  bool set_aside;
  std::string expected;
};

TEST(StartAt, HoldsForFilesOfTheFirstUseAlone) {
  const std::string old_line = CriLine(1, "old");
  const std::string young_line = CriLine(50'000'000'000, "young");
  const StartCase cases[] = {
      {StartAt::Kind::kBeginning, true, false, old_line + young_line},
      {StartAt::Kind::kEnd, true, false, ""},
      {StartAt::Kind::kAge, true, false, young_line},
      {StartAt::Kind::kEnd, false, false, old_line + young_line},
      {StartAt::Kind::kAge, false, true, old_line + young_line},
      {StartAt::Kind::kEnd, true, true, old_line + young_line},
  };
  for (const StartCase& c : cases) {
    TailHarness tail;
    tail.UsePods();
    // 2026-01-02T03:05:00Z
    tail.clock.SetWallNanos(1'767'323'100'000'000'000);
    tail.options.sources[0].start_at = {c.kind, seconds(30)};
    tail.stored.first_use = c.first_use;
    tail.stored.set_aside = c.set_aside;
    const std::string log = "ns_pod_uid/c/0.log";
    tail.Append(log, old_line + young_line);
    tail.Start();
    tail.Settle();
    tail.Append(log, CriLine(51'000'000'000, "live"));
    tail.Append("ns_late_uid/c/0.log", CriLine(2, "late"));
    tail.Advance(seconds(2));
    std::string content;
    for (const char byte : tail.ContentOf(log)) {
      if (byte != '\1') content += byte;
    }
    EXPECT_EQ(content, c.expected + CriLine(51'000'000'000, "live"));
    EXPECT_EQ(tail.ContentOf("ns_late_uid/c/0.log"), CriLine(2, "late"));
    const auto skipped = static_cast<int64_t>((old_line + young_line).size() - c.expected.size());
    EXPECT_EQ(tail.SkippedBytes(SkipReason::kStartAt), skipped);
  }
}

TEST(StartAt, RawFilesBeginAtTheirLastWholeLineOrAreJudgedByTheirTime) {
  TailHarness tail;
  tail.clock.SetWallNanos(1'767'323'100'000'000'000);
  tail.options.sources[0].start_at = {StartAt::Kind::kAge, seconds(3600)};
  tail.stored.first_use = true;
  tail.Append("old.log", "one\ntwo\nthr");
  tail.Append("young.log", "one\n");
  const timeval old_times[2] = {{1'767'300'000, 0}, {1'767'300'000, 0}};
  const timeval young_times[2] = {{1'767'323'000, 0}, {1'767'323'000, 0}};
  ASSERT_EQ(utimes(tail.Path("old.log").c_str(), old_times), 0);
  ASSERT_EQ(utimes(tail.Path("young.log").c_str(), young_times), 0);
  tail.Start();
  tail.Settle();
  tail.Append("old.log", "ee\n");
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf("old.log"), std::string(8, '\1') + "three\n");
  EXPECT_EQ(tail.ContentOf("young.log"), "one\n");
}

TEST(IgnoreOlder, LeavesAnOldFileOutUntilItIsWrittenTo) {
  TailHarness tail;
  tail.clock.SetWallNanos(1'767'323'100'000'000'000);
  tail.options.sources[0].ignore_older = seconds(3600);
  tail.Append("old.log", "one\n");
  const timeval old_times[2] = {{1'767'300'000, 0}, {1'767'300'000, 0}};
  const timeval young_times[2] = {{1'767'323'000, 0}, {1'767'323'000, 0}};
  ASSERT_EQ(utimes(tail.Path("old.log").c_str(), old_times), 0);
  tail.Start();
  tail.Advance(seconds(10));
  EXPECT_TRUE(tail.files().empty());
  ASSERT_EQ(utimes(tail.Path("old.log").c_str(), young_times), 0);
  tail.Advance(seconds(5));
  EXPECT_EQ(tail.ContentOf("old.log"), "one\n");
}

// The reader remembers only so many names that it could not take.
TEST(IgnoreOlder, AnyOfMoreOldFilesThanAreRememberedIsReadOnceItIsWrittenTo) {
  constexpr size_t kFiles = kLaterMax + 100;
  const auto name = [](size_t i) { return "old" + std::to_string(i) + ".log"; };
  TailHarness tail;
  tail.clock.SetWallNanos(1'767'323'100'000'000'000);
  tail.options.sources[0].ignore_older = seconds(3600);
  const timeval old_times[2] = {{1'767'300'000, 0}, {1'767'300'000, 0}};
  for (size_t i = 0; i < kFiles; ++i) {
    tail.Append(name(i), "one\n");
    ASSERT_EQ(utimes(tail.Path(name(i)).c_str(), old_times), 0);
  }
  tail.Start();
  tail.Settle();
  EXPECT_TRUE(tail.files().empty());
  const timeval young_times[2] = {{1'767'323'000, 0}, {1'767'323'000, 0}};
  for (size_t i = 0; i < kFiles; i += 50) {
    ASSERT_EQ(utimes(tail.Path(name(i)).c_str(), young_times), 0);
  }
  tail.clock.Advance(kOverflowInterval + seconds(1));
  tail.Settle();
  tail.clock.Advance(kLaterInterval);
  tail.Settle();
  for (size_t i = 0; i < kFiles; i += 50) EXPECT_EQ(tail.ContentOf(name(i)), "one\n") << i;
}

}  // namespace
}  // namespace tailrace
