#include "agent/state/checkpoint_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <map>
#include <set>

#include "agent/state/state_dir.h"
#include "tests/agent/state/fault_vfs.h"
#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

CheckpointStore::Opened MustOpen(const std::string& dir, const Clock& clock) {
  auto opened = CheckpointStore::Open(dir, kSources, clock);
  EXPECT_TRUE(opened.ok()) << opened.status();
  return *std::move(opened);
}

std::vector<std::string> Rows(const StoredState& state) {
  std::vector<std::string> rows;
  for (const StoredFile& file : state.files) rows.push_back(Describe(file));
  return rows;
}

TEST(CheckpointStore, GivesBackWhatWasCommittedBitForBit) {
  const std::string dir = FreshDir("bit_for_bit");
  const ManualClock clock;
  Checkpoint first = MakeCheckpoint(MakeStream(1), (int64_t{1} << 40) + 3);
  Checkpoint second = MakeCheckpoint(MakeStream(2, 1, 4'000'000'000), 0);
  second.complete = true;
  second.gone = true;
  const Checkpoint extreme = MakeCheckpoint(MakeStream(~uint64_t{0}), 1);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_TRUE(opened.state.first_use);
    EXPECT_FALSE(opened.state.set_aside);
    EXPECT_THAT(opened.state.files, IsEmpty());
    EXPECT_EQ(opened.store->Commit({first, second, extreme}), absl::OkStatus());
  }
  const auto opened = MustOpen(dir, clock);
  EXPECT_FALSE(opened.state.first_use);
  EXPECT_FALSE(opened.state.set_aside);
  EXPECT_THAT(Rows(opened.state),
              UnorderedElementsAre(Describe(first), Describe(second), Describe(extreme)));
}

TEST(CheckpointStore, KeepsOneRowForEachSourceIdentityAndKey) {
  const std::string dir = FreshDir("one_row");
  const ManualClock clock;
  const Checkpoint of_pods = MakeCheckpoint(MakeStream(1, 0), 10);
  const Checkpoint of_nginx = MakeCheckpoint(MakeStream(1, 1), 20);
  const Checkpoint of_generation = MakeCheckpoint(MakeStream(1, 0, 1), 30);
  auto rekeyed_stream = std::make_shared<StreamInfo>(*MakeStream(1, 0));
  rekeyed_stream->key.bytes[11] ^= 1;
  const Checkpoint rekeyed = MakeCheckpoint(rekeyed_stream, 40);
  const Checkpoint later = MakeCheckpoint(MakeStream(1, 0), 50);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_EQ(opened.store->Commit({of_pods, of_nginx, of_generation, rekeyed}), absl::OkStatus());
    EXPECT_EQ(opened.store->Commit({later}), absl::OkStatus());
  }
  EXPECT_THAT(Rows(MustOpen(dir, clock).state),
              UnorderedElementsAre(Describe(later), Describe(of_nginx), Describe(of_generation),
                                   Describe(rekeyed)));
}

TEST(CheckpointStore, ForgetsAFileADayAfterItWentAway) {
  const std::string dir = FreshDir("forget");
  ManualClock clock;
  Checkpoint gone = MakeCheckpoint(MakeStream(1), 10);
  gone.gone = true;
  const Checkpoint there = MakeCheckpoint(MakeStream(2), 20);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_EQ(opened.store->Commit({gone, there}), absl::OkStatus());
    clock.Advance(std::chrono::hours(24) - std::chrono::seconds(1));
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
  }
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_THAT(Rows(opened.state), UnorderedElementsAre(Describe(gone), Describe(there)));
    EXPECT_EQ(opened.store->Commit({there}), absl::OkStatus());
    clock.Advance(std::chrono::seconds(1));
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
  }
  EXPECT_THAT(Rows(MustOpen(dir, clock).state), UnorderedElementsAre(Describe(there)));
}

TEST(CheckpointStore, ForgetsAFileThatWasNotSeenForADayAfterAStart) {
  const std::string dir = FreshDir("not_seen");
  ManualClock clock;
  const Checkpoint seen = MakeCheckpoint(MakeStream(1), 10);
  const Checkpoint not_seen = MakeCheckpoint(MakeStream(2), 20);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_EQ(opened.store->Commit({seen, not_seen}), absl::OkStatus());
    clock.Advance(std::chrono::hours(1000));  // A file that is known to be there stays.
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
  }
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_EQ(opened.state.files.size(), 2u);
    EXPECT_EQ(opened.store->Commit({seen}), absl::OkStatus());
    clock.Advance(std::chrono::hours(24));
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
  }
  EXPECT_THAT(Rows(MustOpen(dir, clock).state), UnorderedElementsAre(Describe(seen)));
}

TEST(CheckpointStore, DoesNotKeepARowForEverWhenTheClockWasSetBack) {
  const std::string dir = FreshDir("set_back");
  ManualClock clock;
  Checkpoint gone = MakeCheckpoint(MakeStream(1), 10);
  gone.gone = true;
  const int64_t now = clock.WallNanos();
  clock.SetWallNanos(now + (int64_t{1} << 60));
  EXPECT_EQ(MustOpen(dir, clock).store->Commit({gone}), absl::OkStatus());
  clock.SetWallNanos(now);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
    EXPECT_EQ(opened.state.files.size(), 1u);
    clock.Advance(std::chrono::hours(24));
    EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
  }
  EXPECT_THAT(MustOpen(dir, clock).state.files, IsEmpty());
}

int64_t BytesIn(const std::string& dir) {
  int64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    bytes += static_cast<int64_t>(entry.file_size());
  }
  return bytes;
}

TEST(CheckpointStore, StaysSmallOverTenThousandRotations) {
  const std::string dir = FreshDir("rotations");
  FaultVfs disk;
  disk.SkipSyncs();
  ManualClock clock;
  const auto opened = MustOpen(dir, clock);
  // A rotation a minute for a week: what is gone for a day expires, hour by hour.
  for (uint64_t rotation = 0; rotation < 10'000; ++rotation) {
    Checkpoint old = MakeCheckpoint(MakeStream(rotation), 1000);
    old.complete = true;
    old.gone = true;
    EXPECT_EQ(opened.store->Commit({old, MakeCheckpoint(MakeStream(rotation + 1), 1)}),
              absl::OkStatus());
    clock.Advance(std::chrono::minutes(1));
    if (rotation % 60 == 0) {
      EXPECT_EQ(opened.store->Expire(), absl::OkStatus());
    }
  }
  EXPECT_LT(BytesIn(dir), 6 << 20);  // 1,500 rows, and the log at its largest.
}

TEST(CheckpointStore, TakesALostStoreForDamageAndNotForAFirstUse) {
  const std::string dir = FreshDir("lost");
  const ManualClock clock;
  EXPECT_EQ(MustOpen(dir, clock).store->Commit({MakeCheckpoint(MakeStream(1), 10)}),
            absl::OkStatus());
  std::filesystem::remove(StorePath(dir));
  const auto opened = MustOpen(dir, clock);
  EXPECT_FALSE(opened.state.first_use);
  EXPECT_TRUE(opened.state.set_aside);
  EXPECT_THAT(opened.state.files, IsEmpty());
}

// Executes `sql` in the store's file from outside.
void Tamper(const std::string& dir, const char* sql) {
  auto database = SqliteDatabase::Open(StorePath(dir));
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_EQ(database->Execute(sql), absl::OkStatus());
}

TEST(CheckpointStore, SetsAsideWhatItDidNotWrite) {
  const struct {
    const char* name;
    const char* sql;
  } cases[] = {
      {"newer_version", "PRAGMA user_version=2"},
      {"no_version", "PRAGMA user_version=0"},
      {"other_frontier", "UPDATE files SET frontier_bytes = frontier_bytes + 1"},
      {"other_complete", "UPDATE files SET complete = 1"},
      {"other_source", "UPDATE files SET source = x'6e67696e78'"},
      {"short_key", "UPDATE files SET key = x'00'"},
      {"other_table", "ALTER TABLE files ADD COLUMN more INTEGER"},
      {"more_tables", "CREATE TABLE more (x)"},
      {"no_table", "DROP TABLE files"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string dir = FreshDir(c.name);
    const ManualClock clock;
    const Checkpoint checkpoint = MakeCheckpoint(MakeStream(1), 10);
    EXPECT_EQ(MustOpen(dir, clock).store->Commit({checkpoint}), absl::OkStatus());
    Tamper(dir, c.sql);
    {
      const auto opened = MustOpen(dir, clock);
      EXPECT_TRUE(opened.state.set_aside);
      EXPECT_FALSE(opened.state.first_use);
      EXPECT_THAT(opened.state.files, IsEmpty());
      EXPECT_TRUE(std::filesystem::exists(StorePath(dir) + ".corrupt-20260101T000000Z"));
      EXPECT_EQ(opened.store->Commit({checkpoint}), absl::OkStatus());
    }
    EXPECT_THAT(Rows(MustOpen(dir, clock).state), UnorderedElementsAre(Describe(checkpoint)));
  }
}

TEST(CheckpointStore, SetsAsideAFolderInItsPlace) {
  const std::string dir = FreshDir("folder");
  std::filesystem::create_directories(StorePath(dir) + "/x");
  const ManualClock clock;
  EXPECT_TRUE(MustOpen(dir, clock).state.set_aside);
}

TEST(CheckpointStore, KeepsTheThreeNewestOfThoseThatWereSetAside) {
  const std::string dir = FreshDir("three");
  ManualClock clock;
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(MustOpen(dir, clock).store->Commit({MakeCheckpoint(MakeStream(1), 10)}),
              absl::OkStatus());
    std::ofstream(StorePath(dir)) << "no database, " << i;
    std::ofstream(StorePath(dir) + "-wal") << "no log either";
    clock.Advance(std::chrono::hours(1));
    EXPECT_TRUE(MustOpen(dir, clock).state.set_aside);
  }
  std::set<std::string> stamps;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    const std::string name = entry.path().filename().string();
    const size_t stamp = name.find("corrupt-");
    if (stamp != std::string::npos) stamps.insert(name.substr(stamp + 8, 16));
  }
  EXPECT_THAT(stamps,
              testing::ElementsAre("20260101T040000Z", "20260101T050000Z", "20260101T060000Z"));
}

TEST(CheckpointStore, SaysWhenItsFileWasTakenAway) {
  const std::string dir = FreshDir("taken_away");
  const ManualClock clock;
  const auto opened = MustOpen(dir, clock);
  EXPECT_EQ(opened.store->Commit({MakeCheckpoint(MakeStream(1), 10)}), absl::OkStatus());
  std::filesystem::remove_all(dir);
  EXPECT_EQ(opened.store->Commit({MakeCheckpoint(MakeStream(1), 20)}).code(),
            absl::StatusCode::kDataLoss);
}

TEST(CheckpointStore, IsReadableByNobodyElse) {
  const std::string dir = FreshDir("mode") + "/deeper";
  const ManualClock clock;
  MustOpen(dir, clock);
  struct stat found {};
  ASSERT_EQ(stat(dir.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST(CheckpointStore, SyncsEachCommit) {
  const std::string dir = FreshDir("syncs");
  FaultVfs disk;
  const ManualClock clock;
  const auto opened = MustOpen(dir, clock);
  for (int i = 1; i <= 5; ++i) {
    const int64_t before = disk.sync_count();
    EXPECT_EQ(opened.store->Commit({MakeCheckpoint(MakeStream(1), i)}), absl::OkStatus());
    EXPECT_GT(disk.sync_count(), before);
  }
}

// The n-th change of the disk fails, for each n until none is left: then the commit must have
// changed nothing or all, the next one must succeed, and a restart must find it.
void FailEachChange(int error, bool for_ever) {
  const std::string dir = FreshDir("each_change");
  for (int64_t n = 0;; ++n) {
    SCOPED_TRACE(testing::Message() << "change " << n << " fails with " << error);
    ASSERT_LT(n, 1000);
    std::filesystem::remove_all(dir);
    FaultVfs disk;
    disk.SkipSyncs();
    const ManualClock clock;
    const Checkpoint first = MakeCheckpoint(MakeStream(1), 10);
    const Checkpoint second = MakeCheckpoint(MakeStream(1), 20);
    bool failed = false;
    {
      const auto opened = MustOpen(dir, clock);
      ASSERT_EQ(opened.store->Commit({first}), absl::OkStatus());
      for_ever ? disk.FailFrom(n, error) : disk.FailAfter(n, error);
      absl::Status status = opened.store->Commit({second, MakeCheckpoint(MakeStream(2), 5)});
      if (status.ok()) status = opened.store->Expire();
      failed = !status.ok();
      disk.Mend();
      if (n % 2 == 0) {
        ASSERT_EQ(opened.store->Commit({second, MakeCheckpoint(MakeStream(2), 5)}),
                  absl::OkStatus());
      }
    }
    const auto reopened = MustOpen(dir, clock);
    EXPECT_FALSE(reopened.state.set_aside);
    const std::vector<std::string> rows = Rows(reopened.state);
    if (n % 2 == 0 || !failed) {
      EXPECT_THAT(
          rows, UnorderedElementsAre(Describe(second), Describe(MakeCheckpoint(MakeStream(2), 5))));
    } else if (rows.size() != 2) {
      EXPECT_THAT(rows, UnorderedElementsAre(Describe(first)));
    }
    if (!failed) return;
  }
}

TEST(CheckpointStore, SurvivesEachFailedWriteOfACommit) {
  for (const int error : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC}) {
    FailEachChange(error, false);
    FailEachChange(error, true);
  }
}

void FailEachChangeOfAnOpening(int error) {
  const std::string dir = FreshDir("opening");
  for (int64_t n = 0;; ++n) {
    SCOPED_TRACE(testing::Message() << "changes from " << n << " on fail with " << error);
    ASSERT_LT(n, 1000);
    std::filesystem::remove_all(dir);
    FaultVfs disk;
    disk.SkipSyncs();
    disk.FailFrom(n, error);
    const ManualClock clock;
    const auto opened = CheckpointStore::Open(dir, kSources, clock);
    disk.Mend();
    if (opened.ok()) return;
    EXPECT_THAT(opened.status().code(), testing::AnyOf(absl::StatusCode::kResourceExhausted,
                                                       absl::StatusCode::kUnavailable));
    const auto again = MustOpen(dir, clock);
    EXPECT_EQ(again.store->Commit({MakeCheckpoint(MakeStream(1), 10)}), absl::OkStatus());
  }
}

TEST(CheckpointStore, OpensAfterEachFailedWriteOfAnOpening) {
  FailEachChangeOfAnOpening(SQLITE_FULL);
  FailEachChangeOfAnOpening(SQLITE_IOERR_WRITE);
}

TEST(CheckpointStore, ReadsAStoreOnAFullDiskAndLeavesItThere) {
  const std::string dir = FreshDir("full_disk");
  FaultVfs disk;
  const ManualClock clock;
  const Checkpoint checkpoint = MakeCheckpoint(MakeStream(1), 10);
  EXPECT_EQ(MustOpen(dir, clock).store->Commit({checkpoint}), absl::OkStatus());
  disk.FailFrom(0, SQLITE_FULL);
  {
    const auto opened = MustOpen(dir, clock);
    EXPECT_THAT(Rows(opened.state), UnorderedElementsAre(Describe(checkpoint)));
    EXPECT_FALSE(opened.state.set_aside);
    EXPECT_EQ(opened.store->Commit({MakeCheckpoint(MakeStream(1), 20)}).code(),
              absl::StatusCode::kResourceExhausted);
  }
  disk.Mend();
  EXPECT_THAT(Rows(MustOpen(dir, clock).state), UnorderedElementsAre(Describe(checkpoint)));
}

}  // namespace
}  // namespace tailrace
