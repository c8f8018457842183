// Sources that come, change and go while the reader runs.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TailSourceOptions Source(const TailHarness& harness, const std::string& name,
                         const std::string& pattern) {
  TailSourceOptions source;
  source.name = name;
  source.include = {harness.dir() + "/" + pattern};
  return source;
}

// The only source is `a`, over a*.log.
void StartWithA(TailHarness& harness) {
  harness.options.sources = {Source(harness, "a", "a*.log*")};
  harness.Start();
  harness.Settle();
}

void ReloadA(TailHarness& harness, SourceFate fate, TailSourceOptions options) {
  harness.Reload({{fate, std::move(options)}});
  harness.Settle();
}

void ReloadA(TailHarness& harness, SourceFate fate) {
  ReloadA(harness, fate, Source(harness, "a", "a*.log*"));
}

TEST(TailReload, EveryWorkerIsToldOfTheEpochThoughNothingChanges) {
  TailHarness harness;
  harness.workers = 3;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kKept);
  EXPECT_EQ(harness.epoch(), 1u);
  harness.Append("a1.log", "two\n");
  harness.Advance(seconds(3));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\n");
  EXPECT_EQ(harness.files().size(), 1u);
}

TEST(TailReload, FilesOfAnAddedSourceComeAfterTheEpoch) {
  TailHarness harness;
  harness.Append("a1.log", "a\n");
  harness.Append("b1.log", "b\n");
  StartWithA(harness);
  harness.Reload({{SourceFate::kKept, Source(harness, "a", "a*.log*")},
                  {SourceFate::kAdded, Source(harness, "b", "b*.log*")}});
  harness.Settle();
  ASSERT_EQ(harness.FilesOf("b1.log").size(), 1u);
  EXPECT_EQ(harness.FilesOf("b1.log")[0]->opened_in, 1u);
  EXPECT_EQ(harness.FilesOf("b1.log")[0]->stream->source, SourceId(1));
  harness.Append("b2.log", "later\n");
  harness.Append("b1.log", "more\n");
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("b1.log"), "b\nmore\n");
  EXPECT_EQ(harness.ContentOf("b2.log"), "later\n");
  EXPECT_EQ(harness.ContentOf("a1.log"), "a\n");
}

TEST(TailReload, AnAddedSourceResumesFromWhatTheStoreHasOfIt) {
  TailHarness harness;
  harness.Append("b1.log", "first\nsecond\n");
  harness.options.sources = {Source(harness, "b", "b*.log*")};
  harness.Start();
  harness.Settle();
  harness.stored = harness.Checkpoints([](const SentFile&) { return 6; });
  harness.Append("a1.log", "a\n");
  StartWithA(harness);
  harness.Reload({{SourceFate::kKept, Source(harness, "a", "a*.log*")},
                  {SourceFate::kAdded, Source(harness, "b", "b*.log*")}});
  harness.Settle();
  EXPECT_EQ(harness.ContentOf("b1.log"), "second\n");
}

TEST(TailReload, AFileOfARemovedSourceIsLeftAndGoesOnWhereItWasWhenItComesBack) {
  TailHarness harness;
  harness.Append("a1.log", "one\nhalf ");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  const uint32_t id = harness.files().begin()->first;
  EXPECT_TRUE(harness.files()[id].left);
  harness.Append("a1.log", "and half\n");
  harness.Append("a2.log", "new\n");
  harness.Advance(seconds(60));
  EXPECT_EQ(harness.GaugeValue("tailrace_files_open"), 0);
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\nhalf ");
  ReloadA(harness, SourceFate::kAdded);
  harness.Advance(seconds(5));
  EXPECT_FALSE(harness.files()[id].left);
  EXPECT_EQ(harness.FilesOf("a1.log").size(), 1u);  // The same one: its half line is held.
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\nhalf and half\n");
  EXPECT_EQ(harness.ContentOf("a2.log"), "new\n");
}

TEST(TailReload, AFileThatComesBackWithoutGrowthIsKnownToBeBack) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  ReloadA(harness, SourceFate::kAdded);
  EXPECT_FALSE(harness.files().begin()->second.left);
  EXPECT_EQ(harness.epoch(), 2u);
}

TEST(TailReload, WhatWasRotatedWhileItsSourceWasAwayIsReadInItsOrder) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  harness.Append("a1.log", "two\n");
  harness.Rename("a1.log", "a1.log.1");
  harness.Append("a1.log", "three\n");
  ReloadA(harness, SourceFate::kAdded);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\nthree\n");
}

TEST(TailReload, WhatWasTruncatedWhileItsSourceWasAwayBeginsAnew) {
  TailHarness harness;
  harness.Append("a1.log", "one line that was read\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  harness.Write("a1.log", "new\n");
  ReloadA(harness, SourceFate::kAdded);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one line that was read\nnew\n");
  EXPECT_EQ(harness.FilesOf("a1.log").size(), 2u);
}

TEST(TailReload, AFileThatIsLeftForADayIsForgotten) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  harness.Advance(hours(23));
  EXPECT_FALSE(harness.files().begin()->second.gone);
  harness.Advance(hours(2));
  EXPECT_TRUE(harness.files().begin()->second.gone);
}

TEST(TailReload, AFileThatIsHandedBackWhileItIsLeftIsReadFromThereWhenItComesBack) {
  TailHarness harness;
  harness.Append("a1.log", "one\ntwo\n");
  StartWithA(harness);
  const uint32_t id = harness.files().begin()->first;
  ReloadA(harness, SourceFate::kRemoved);
  harness.Rewind(id, 4);
  harness.Resume(id);
  harness.Settle();
  ReloadA(harness, SourceFate::kAdded);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\n");
}

TEST(TailReload, AnotherSourceMayTakeOverWhatOneHasLeft) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  harness.Reload({{SourceFate::kRemoved, Source(harness, "a", "a*.log*")},
                  {SourceFate::kAdded, Source(harness, "renamed", "a*.log*")}});
  harness.Advance(seconds(5));
  ASSERT_EQ(harness.FilesOf("a1.log").size(), 2u);
  EXPECT_TRUE(harness.FilesOf("a1.log")[0]->left);
  EXPECT_EQ(harness.FilesOf("a1.log")[1]->stream->source, SourceId(1));
  EXPECT_EQ(harness.FilesOf("a1.log")[1]->content, "one\n");
}

TEST(TailReload, AChangedPatternLeavesSomeFilesAndFindsOthers) {
  TailHarness harness;
  for (const char* name : {"a1.log", "a2.log", "b1.log"}) harness.Append(name, "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kChanged, Source(harness, "a", "?1.log"));
  for (const char* name : {"a1.log", "a2.log", "b1.log"}) harness.Append(name, "two\n");
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\n");
  EXPECT_EQ(harness.FilesOf("a1.log").size(), 1u);
  EXPECT_EQ(harness.ContentOf("a2.log"), "one\n");
  EXPECT_TRUE(harness.FilesOf("a2.log")[0]->left);
  EXPECT_EQ(harness.ContentOf("b1.log"), "one\ntwo\n");
}

TEST(TailReload, AChangedSelectorLeavesSomeFilesAndTheyMayComeBack) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  harness.Append("a2.log", "one\n");
  StartWithA(harness);
  harness.select = [&](SourceId, const StreamInfo& stream) {
    return stream.path != harness.Path("a2.log");
  };
  ReloadA(harness, SourceFate::kChanged);
  EXPECT_TRUE(harness.FilesOf("a2.log")[0]->left);
  EXPECT_FALSE(harness.FilesOf("a1.log")[0]->left);
  harness.select = [](SourceId, const StreamInfo&) { return true; };
  harness.Append("a2.log", "two\n");
  ReloadA(harness, SourceFate::kChanged);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a2.log"), "one\ntwo\n");
}

TEST(TailReload, ADeletedFileOfAChangedSourceIsDrainedAllTheSame) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  harness.Append("a1.log", "two\n");
  harness.Remove("a1.log");
  ReloadA(harness, SourceFate::kChanged);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\n");
}

TEST(TailReload, NewLabelsReachTheFilesThatAreOpen) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  TailSourceOptions labelled = Source(harness, "a", "a*.log*");
  labelled.labels = {{"job", "x"}};
  ReloadA(harness, SourceFate::kChanged, labelled);
  harness.Append("a1.log", "two\n");
  harness.Advance(seconds(5));
  ASSERT_EQ(harness.FilesOf("a1.log").size(), 1u);
  const SentFile& file = *harness.FilesOf("a1.log")[0];
  EXPECT_EQ(file.content, "one\ntwo\n");
  EXPECT_EQ(file.stream->Label("job"), "x");
  EXPECT_EQ(file.rekeys, 1);
}

TEST(TailReload, NewLabelsReachTheFilesThatComeBack) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  ReloadA(harness, SourceFate::kRemoved);
  TailSourceOptions labelled = Source(harness, "a", "a*.log*");
  labelled.labels = {{"job", "x"}};
  harness.Append("a1.log", "two\n");
  ReloadA(harness, SourceFate::kAdded, labelled);
  harness.Advance(seconds(5));
  EXPECT_EQ(harness.ContentOf("a1.log"), "one\ntwo\n");
  EXPECT_EQ(harness.FilesOf("a1.log")[0]->stream->Label("job"), "x");
}

TEST(TailReload, WhatIsUnreadOfADeletedFileCountsAsLostWhenItsSourceGoes) {
  TailHarness harness;
  harness.Append("a1.log", "one\n");
  StartWithA(harness);
  harness.Pause(harness.files().begin()->first);
  harness.Settle();
  harness.Append("a1.log", "two\n");
  harness.Advance(seconds(3));
  harness.Remove("a1.log");
  harness.Advance(seconds(3));
  ReloadA(harness, SourceFate::kRemoved);
  EXPECT_EQ(harness.CounterValue("tailrace_unread_lost_bytes_total", "deleted_unread"), 4u);
}

TEST(TailReload, WaitsForSlabsWhileWorkersHaveThemAll) {
  TailHarness harness;
  harness.options.max_slabs = 2;
  for (int i = 0; i < 5; ++i) {
    harness.Append("a" + std::to_string(i) + ".log", std::string(1 << 20, 'x') + "\n");
  }
  harness.options.sources = {Source(harness, "a", "a*.log*")};
  harness.Start();
  harness.hold_slabs = true;
  for (int i = 0; i < 20; ++i) harness.Step();
  harness.Reload({{SourceFate::kRemoved, Source(harness, "a", "a*.log*")}});
  for (int i = 0; i < 20; ++i) harness.Step();
  EXPECT_EQ(harness.epoch(), 0u);
  harness.hold_slabs = false;
  harness.Settle();
  EXPECT_EQ(harness.epoch(), 1u);
}

}  // namespace
}  // namespace tailrace
