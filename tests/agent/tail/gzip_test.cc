// Rotated logs that were compressed.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::seconds;

const char kLog[] = "ns_pod_uid/c/0.log";
const char kOld[] = "ns_pod_uid/c/0.log.20260102-030405";
const char kOldGz[] = "ns_pod_uid/c/0.log.20260102-030405.gz";

std::string CriLines(int first, int count) {
  std::string lines;
  for (int i = first; i < first + count; ++i) lines += CriLine(i, "line " + std::to_string(i));
  return lines;
}

TEST(PodGzip, WhatWasReadBeforeItWasCompressedIsNotReadAgain) {
  TailHarness tail;
  tail.UsePods();
  tail.Append(kLog, CriLines(0, 100));
  tail.Start();
  tail.Settle();
  tail.Rename(kLog, kOld);
  tail.Append(kLog, CriLines(100, 10));
  tail.Advance(seconds(5));
  tail.Gzip(kOld, std::string(kOldGz) + ".tmp");
  tail.Rename(std::string(kOldGz) + ".tmp", kOldGz);
  tail.Remove(kOld);
  tail.Advance(seconds(150));
  EXPECT_EQ(tail.ContentOf(kLog), CriLines(0, 110));
  EXPECT_FALSE(tail.FilesOf(kLog)[0]->gone);  // The .gz leads to it.
  tail.Remove(kOldGz);
  tail.Advance(seconds(60));
  EXPECT_TRUE(tail.FilesOf(kLog)[0]->gone);
}

TEST(PodGzip, IsResumedByKeyAndOffsetAfterAStop) {
  for (const int settled : {0, 1, 37, 99, 100}) {
    TailHarness tail;
    tail.UsePods();
    tail.Append(kLog, CriLines(0, 100));
    tail.Start();
    tail.Settle();
    const auto offset = static_cast<int64_t>(CriLines(0, settled).size());
    StoredState state = tail.Checkpoints([&](const SentFile&) { return offset; });
    tail.Stop();
    tail.Rename(kLog, kOld);
    tail.Gzip(kOld, kOldGz);
    tail.Remove(kOld);
    tail.Append(kLog, CriLines(100, 5));
    tail.stored = state;
    tail.Start();
    tail.Settle();
    EXPECT_EQ(tail.ContentOf(kLog), CriLines(settled, 105 - settled)) << settled;
    EXPECT_EQ(tail.FilesOf(kLog)[0]->stream->key, state.files[0].key);
    EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
    StoredState after = tail.CheckpointsAtEnd();
    tail.Stop();
    tail.stored = after;
    tail.Start();
    tail.Settle();
    EXPECT_EQ(tail.ContentOf(kLog), "") << settled;
  }
}

TEST(PodGzip, UnknownOnesAreReadOldestFirst) {
  TailHarness tail;
  tail.UsePods();
  tail.options.once = true;
  for (int i = 0; i < 5; ++i) {
    const std::string plain = "ns_pod_uid/c/0.log.20260102-03040" + std::to_string(4 - i);
    tail.Append(plain, CriLines((4 - i) * 1000, 1000));
    if (i % 2 == 0) {
      tail.Gzip(plain, plain + ".gz");
      tail.Remove(plain);
    }
  }
  tail.Append(kLog, CriLines(5000, 1000));
  tail.Start();
  ASSERT_TRUE(tail.RunToEnd());
  EXPECT_EQ(tail.ContentOf(kLog), CriLines(0, 6000));
}

TEST(PodGzip, IsReadAgainWhenItIsHandedBack) {
  TailHarness tail;
  tail.UsePods();
  tail.options.once = true;
  tail.hold_closed = true;
  tail.Append(kOld, CriLines(0, 30'000));
  tail.Gzip(kOld, kOldGz);
  tail.Remove(kOld);
  tail.Start();
  for (int i = 0; i < 300; ++i) {
    tail.Step();
    tail.clock.Advance(std::chrono::milliseconds(5));
  }
  ASSERT_EQ(tail.files().size(), 1u);
  const uint32_t id = tail.files().begin()->first;
  EXPECT_EQ(tail.files().begin()->second.ends, 1);
  tail.Rewind(id, 12'345);
  tail.Resume(id);
  tail.hold_closed = false;
  ASSERT_TRUE(tail.RunToEnd());
  EXPECT_EQ(tail.ContentOf(kLog), CriLines(0, 30'000));
}

TEST(PodGzip, OfADamagedOneWhatCanBeReadIsReadAndTheRestCounted) {
  TailHarness tail;
  tail.UsePods();
  tail.options.once = true;
  tail.Append(kOld, CriLines(0, 30'000));
  tail.Gzip(kOld, kOldGz);
  tail.Remove(kOld);
  const auto whole_bytes = std::filesystem::file_size(tail.Path(kOldGz));
  tail.Truncate(kOldGz, static_cast<int64_t>(whole_bytes / 2));
  tail.Append(kLog, CriLines(30'000, 1));
  tail.Start();
  ASSERT_TRUE(tail.RunToEnd());
  const auto files = tail.FilesOf(kLog);
  ASSERT_EQ(files.size(), 2u);
  const std::string whole = CriLines(0, 30'000);
  const std::string read = files[0]->content.substr(0, files[0]->content.find('\1'));
  EXPECT_GT(read.size(), 10'000u);
  EXPECT_TRUE(whole.starts_with(read));
  EXPECT_GT(tail.SkippedBytes(SkipReason::kReadError), 0);
  EXPECT_EQ(files[1]->content, CriLines(30'000, 1));
}

TEST(PodGzip, IsWhereADeletedFileGoesOnThatIsGivenUp) {
  TailHarness tail;
  tail.UsePods();
  tail.options.sources[0].max_held_deleted_bytes = 1;
  tail.Append(kLog, CriLines(0, 10));
  tail.Start();
  tail.Settle();
  const uint32_t id = tail.files().begin()->first;
  tail.Pause(id);
  tail.Append(kLog, CriLines(10, 5000));
  tail.Rename(kLog, kOld);
  tail.Append(kLog, CriLines(5010, 1));
  tail.Advance(seconds(3));
  tail.Gzip(kOld, kOldGz);
  tail.Advance(seconds(3));
  tail.Remove(kOld);
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.GaugeValue("tailrace_files_held_deleted"), 0);
  tail.Resume(id);
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf(kLog), CriLines(0, 5011));
  EXPECT_EQ(tail.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
}

TEST(PodGzip, IsPassedOverWhereStartAtSaysEnd) {
  TailHarness tail;
  tail.UsePods();
  tail.options.sources[0].start_at = {StartAt::Kind::kEnd, seconds(0)};
  tail.stored.first_use = true;
  tail.Append(kOld, CriLines(0, 1000));
  const auto length = static_cast<int64_t>(CriLines(0, 1000).size());
  tail.Gzip(kOld, kOldGz);
  tail.Remove(kOld);
  tail.Start();
  tail.Settle();
  tail.Append(kLog, CriLines(1000, 1));
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.SkippedBytes(SkipReason::kStartAt), length);
  EXPECT_EQ(tail.FilesOf(kLog).back()->content, CriLines(1000, 1));
}

TEST(FileGzip, IsReadOnlyToFinishAKnownFile) {
  for (const int settled : {5, 20}) {
    TailHarness tail;
    tail.Append("app.log", Lines("app", 0, 20));
    tail.Append("gzipped.log", "not known\n");
    tail.Gzip("gzipped.log", "gzipped.log.1.gz");
    tail.Remove("gzipped.log");
    tail.Start();
    tail.Settle();
    EXPECT_EQ(tail.CounterValue("tailrace_tail_files_compressed_total"), 1u);
    EXPECT_EQ(tail.ContentOf("app.log"), Lines("app", 0, 20));
    const auto offset = static_cast<int64_t>(Lines("app", 0, settled).size());
    const StoredState state = tail.Checkpoints([&](const SentFile&) { return offset; });
    tail.Stop();
    tail.Append("app.log", Lines("app", 20, 4));
    tail.Gzip("app.log", "app.log.1.gz");
    tail.Remove("app.log");
    tail.Append("app.log", Lines("new", 0, 3));
    tail.stored = state;
    tail.Start();
    tail.Settle();
    EXPECT_EQ(tail.ContentOf("app.log"), Lines("app", settled, 24 - settled) + Lines("new", 0, 3));
  }
}

// As a full disk leaves it, or `gzip` of a log that was empty.
TEST(FileGzip, OneWithoutTextHoldsUpNothing) {
  for (const bool once : {false, true}) {
    for (const size_t kept : {10u, 12u, 1000u}) {
      TailHarness tail;
      tail.options.once = once;
      tail.Append("app.log.1", kept == 1000 ? "" : Lines("old", 0, 2000));
      tail.Gzip("app.log.1", "app.log.1.gz");
      tail.Remove("app.log.1");
      if (kept < 1000) tail.Truncate("app.log.1.gz", static_cast<int64_t>(kept));
      tail.Append("app.log", Lines("new", 0, 3));
      tail.Start();
      if (once) {
        EXPECT_TRUE(tail.RunToEnd());
      } else {
        tail.Advance(seconds(20));
      }
      EXPECT_EQ(tail.ContentOf("app.log"), Lines("new", 0, 3));
      EXPECT_EQ(tail.CounterValue("tailrace_tail_files_compressed_total"), kept < 1000 ? 1u : 0u);
    }
  }
}

TEST(FileGzip, OneThatIsWrittenSlowlyHoldsUpNothing) {
  TailHarness tail;
  tail.Append("app.log", Lines("one", 0, 2000));
  tail.Start();
  tail.Settle();
  tail.Rename("app.log", "app.log.1");
  tail.Append("app.log", Lines("two", 0, 3));
  tail.Settle();
  tail.Gzip("app.log.1", "whole");
  tail.Gzip("app.log.1", "app.log.1.gz");
  tail.Truncate("app.log.1.gz", 12);
  tail.Advance(seconds(1));
  std::filesystem::copy_file(tail.Path("whole"), tail.Path("app.log.1.gz"),
                             std::filesystem::copy_options::overwrite_existing);
  tail.Remove("app.log.1");
  tail.Advance(seconds(1));
  tail.Rename("app.log.1.gz", "app.log.2.gz");
  tail.Rename("app.log", "app.log.1");
  tail.Append("app.log", Lines("three", 0, 3));
  tail.Advance(seconds(20));
  EXPECT_EQ(tail.ContentOf("app.log"),
            Lines("one", 0, 2000) + Lines("two", 0, 3) + Lines("three", 0, 3));
}

TEST(FileGzip, OtherCompressionsAreNeverReadAsText) {
  using namespace std::string_literals;
  TailHarness tail;
  tail.Append("a.log.zst", "\x28\xb5\x2f\xfd some bytes\n"s);
  tail.Append("b.log.xz", "\xfd"s + "7zXZ\0 some bytes\n"s);
  tail.Append("c.log", "BZh91AY&SY some bytes\n");
  tail.Append("d.log", "BZhello\n");
  tail.Append("e.log.gz", "a text after all\n");
  tail.Start();
  tail.Settle();
  EXPECT_EQ(tail.CounterValue("tailrace_tail_files_compressed_total"), 3u);
  EXPECT_EQ(tail.files().size(), 2u);
  EXPECT_EQ(tail.ContentOf("d.log"), "BZhello\n");
}

}  // namespace
}  // namespace tailrace
