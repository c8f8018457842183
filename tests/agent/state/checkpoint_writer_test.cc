#include "agent/state/checkpoint_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "agent/state/state_dir.h"
#include "tests/agent/state/fault_vfs.h"
#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using testing::UnorderedElementsAre;

class CheckpointWriterTest : public testing::Test {
 protected:
  CheckpointWriterTest() { disk_.SkipSyncs(); }

  CheckpointWriter MakeWriter(const std::string& dir, size_t pending_files_max = 32768) {
    StateOptions options;
    options.dir = dir;
    options.source_names = kSources;
    options.commit_interval = std::chrono::seconds(1);
    options.pending_files_max = pending_files_max;
    return CheckpointWriter(options, registry_, clock_);
  }
  // What a new start would find.
  std::vector<std::string> Stored(const std::string& dir) {
    auto opened = CheckpointStore::Open(dir, kSources, clock_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    std::vector<std::string> rows;
    for (const StoredFile& file : opened->state.files) rows.push_back(Describe(file));
    return rows;
  }
  uint64_t CounterValue(const char* name) { return registry_.GetCounter(name, "").value(); }
  uint64_t errors() { return CounterValue("tailrace_checkpoint_errors_total"); }
  double age() { return registry_.GetGauge("tailrace_checkpoint_age_seconds", "").value(); }

  FaultVfs disk_;
  MetricRegistry registry_;
  ManualClock clock_;
};

TEST_F(CheckpointWriterTest, CommitsTheNewestOfEachFileOnceAnInterval) {
  const std::string dir = FreshDir("writer_newest");
  const Checkpoint other = MakeCheckpoint(MakeStream(2), 5);
  const Checkpoint newest = MakeCheckpoint(MakeStream(1), 30);
  {
    CheckpointWriter writer = MakeWriter(dir);
    EXPECT_TRUE(writer.Open().first_use);
    EXPECT_EQ(writer.next_due(), std::nullopt);
    writer.Add({MakeCheckpoint(MakeStream(1), 10)});
    EXPECT_EQ(writer.next_due(), clock_.Now());
    writer.CommitIfDue();
    EXPECT_EQ(writer.next_due(), std::nullopt);
    const int64_t changes = disk_.change_count();
    clock_.Advance(milliseconds(300));
    writer.Add({MakeCheckpoint(MakeStream(1), 20), other});
    writer.Add({newest});
    EXPECT_EQ(writer.next_due(), clock_.Now() + milliseconds(700));
    clock_.Advance(milliseconds(699));
    writer.CommitIfDue();
    EXPECT_EQ(disk_.change_count(), changes);
    clock_.Advance(milliseconds(1));
    writer.CommitIfDue();
    EXPECT_GT(disk_.change_count(), changes);
    EXPECT_EQ(writer.next_due(), std::nullopt);
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(newest), Describe(other)));
  EXPECT_EQ(errors(), 0u);
}

TEST_F(CheckpointWriterTest, KeepsWhatAFullDiskRefusedAndStoresItWhenThereIsRoom) {
  const std::string dir = FreshDir("writer_full");
  const Checkpoint newest = MakeCheckpoint(MakeStream(1), 20);
  const Checkpoint other = MakeCheckpoint(MakeStream(2), 5);
  {
    CheckpointWriter writer = MakeWriter(dir);
    writer.Open();
    disk_.FailFrom(0, SQLITE_FULL);
    writer.Add({MakeCheckpoint(MakeStream(1), 10), other});
    for (int second = 0; second < 600; ++second) {
      writer.CommitIfDue();
      clock_.Advance(std::chrono::seconds(1));
    }
    EXPECT_EQ(errors(), 600u);
    writer.Add({newest});
    writer.CommitIfDue();
    EXPECT_EQ(errors(), 601u);
    EXPECT_EQ(age(), 600);
    disk_.Mend();
    clock_.Advance(std::chrono::seconds(1));
    writer.CommitIfDue();
    EXPECT_EQ(errors(), 601u);
    EXPECT_EQ(age(), 0);
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(newest), Describe(other)));
}

TEST_F(CheckpointWriterTest, StartsWithoutAStoreAndOpensItLater) {
  const std::string dir = FreshDir("writer_later");
  std::ofstream(dir) << "a file where the directory should be";
  const Checkpoint checkpoint = MakeCheckpoint(MakeStream(1), 10);
  {
    CheckpointWriter writer = MakeWriter(dir);
    EXPECT_TRUE(writer.Open().files.empty());
    EXPECT_EQ(errors(), 1u);
    writer.Add({checkpoint});
    EXPECT_EQ(writer.Commit().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(errors(), 2u);
    std::filesystem::remove(dir);
    EXPECT_EQ(writer.Commit(), absl::OkStatus());
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(checkpoint)));
}

TEST_F(CheckpointWriterTest, DoesNotTakeAStoreThatItCannotOpenForAFirstUse) {
  const std::string dir = FreshDir("writer_unopened");
  { MakeWriter(dir).Open(); }
  disk_.FailFrom(0, SQLITE_IOERR_WRITE);
  CheckpointWriter writer = MakeWriter(dir);
  EXPECT_FALSE(writer.Open().first_use);
  EXPECT_EQ(errors(), 1u);
  disk_.Mend();
}

TEST_F(CheckpointWriterTest, MakesANewStoreWhenItsOwnWasTakenAwayOrDamaged) {
  const std::string dir = FreshDir("writer_taken");
  const Checkpoint checkpoint = MakeCheckpoint(MakeStream(1), 10);
  {
    CheckpointWriter writer = MakeWriter(dir);
    writer.Open();
    std::filesystem::remove_all(dir);
    writer.Add({checkpoint});
    EXPECT_EQ(writer.Commit().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(writer.Commit(), absl::OkStatus());
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(checkpoint)));
}

TEST_F(CheckpointWriterTest, CountsStoresThatWereSetAside) {
  const std::string dir = FreshDir("writer_aside");
  ASSERT_EQ(MakeStateDir(dir), absl::OkStatus());
  std::ofstream(StorePath(dir)) << "no database at all";
  CheckpointWriter writer = MakeWriter(dir);
  EXPECT_TRUE(writer.Open().set_aside);
  EXPECT_EQ(CounterValue("tailrace_checkpoint_stores_set_aside_total"), 1u);
}

TEST_F(CheckpointWriterTest, BoundsWhatItKeepsAndCountsTheRest) {
  const std::string dir = FreshDir("writer_bound");
  {
    CheckpointWriter writer = MakeWriter(dir, 2);
    writer.Open();
    writer.Add({MakeCheckpoint(MakeStream(1), 10), MakeCheckpoint(MakeStream(2), 10),
                MakeCheckpoint(MakeStream(3), 10), MakeCheckpoint(MakeStream(1), 20)});
    EXPECT_EQ(CounterValue("tailrace_checkpoints_dropped_total"), 1u);
    EXPECT_EQ(writer.Commit(), absl::OkStatus());
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(MakeCheckpoint(MakeStream(1), 20)),
                                                Describe(MakeCheckpoint(MakeStream(2), 10))));
}

TEST_F(CheckpointWriterTest, ForgetsFilesThatAreGoneForADay) {
  const std::string dir = FreshDir("writer_expiry");
  const Checkpoint there = MakeCheckpoint(MakeStream(2), 10);
  Checkpoint gone = MakeCheckpoint(MakeStream(1), 10);
  gone.gone = true;
  {
    CheckpointWriter writer = MakeWriter(dir);
    writer.Open();
    writer.Add({gone});
    for (int hour = 0; hour < 25; ++hour) {
      writer.Add({there});
      writer.CommitIfDue();
      clock_.Advance(std::chrono::hours(1));
    }
  }
  EXPECT_THAT(Stored(dir), UnorderedElementsAre(Describe(there)));
}

TEST_F(CheckpointWriterTest, KeepsNothingWithoutADirectory) {
  CheckpointWriter writer = MakeWriter("");
  EXPECT_TRUE(writer.Open().first_use);
  writer.Add({MakeCheckpoint(MakeStream(1), 10)});
  EXPECT_EQ(writer.next_due(), std::nullopt);
  EXPECT_EQ(writer.Commit(), absl::OkStatus());
  EXPECT_EQ(disk_.change_count(), 0);
  EXPECT_EQ(age(), 0);
}

}  // namespace
}  // namespace tailrace
