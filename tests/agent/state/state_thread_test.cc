#include "agent/state/state_thread.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "agent/state/state_dir.h"
#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

StateOptions OptionsOf(const std::string& dir) {
  StateOptions options;
  options.dir = dir;
  options.source_names = kSources;
  return options;
}

std::map<uint64_t, int64_t> FrontiersByInode(const StoredState& state) {
  std::map<uint64_t, int64_t> frontiers;
  for (const StoredFile& file : state.files) {
    frontiers[file.identity.inode] = file.frontier_bytes;
  }
  return frontiers;
}

StoredState Stored(const std::string& dir) {
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  return StateThread(OptionsOf(dir), 0, registry, clock, heartbeat).Open();
}

constexpr int64_t kBatches = 300;
constexpr uint64_t kFilesOfWorker = 20;

void SendBatches(StateThread& state, size_t worker) {
  for (int64_t i = 1; i <= kBatches; ++i) {
    CheckpointBatch batch;
    for (uint64_t file = 0; file < kFilesOfWorker; ++file) {
      batch.push_back(MakeCheckpoint(MakeStream(worker * 1000 + file), i));
    }
    while (!state.TrySend(worker, batch)) std::this_thread::yield();
  }
}

TEST(StateThread, StoresTheLastFrontierOfEachFileOfEachWorker) {
  const std::string dir = FreshDir("thread_workers");
  constexpr size_t kWorkers = 3;
  {
    MetricRegistry registry;
    const SystemClock clock;
    Heartbeat heartbeat{"state"};
    StateThread state(OptionsOf(dir), kWorkers, registry, clock, heartbeat);
    EXPECT_TRUE(state.Open().first_use);
    state.Start();
    std::vector<std::thread> workers;
    for (size_t worker = 0; worker < kWorkers; ++worker) {
      workers.emplace_back([&state, worker] { SendBatches(state, worker); });
    }
    for (std::thread& worker : workers) worker.join();
    EXPECT_EQ(state.Stop(clock.Now() + std::chrono::minutes(5)), absl::OkStatus());
  }
  const std::map<uint64_t, int64_t> frontiers = FrontiersByInode(Stored(dir));
  EXPECT_EQ(frontiers.size(), kWorkers * kFilesOfWorker);
  for (const auto& [inode, frontier] : frontiers) EXPECT_EQ(frontier, kBatches) << inode;
}

TEST(StateThread, StoresFilesOfASourceThatCameLater) {
  const std::string dir = FreshDir("thread_new_source");
  {
    MetricRegistry registry;
    const SystemClock clock;
    Heartbeat heartbeat("state");
    StateThread state(OptionsOf(dir), 1, registry, clock, heartbeat);
    state.Open();
    state.Start();
    ASSERT_TRUE(state.AddSource("later"));
    const auto later = static_cast<uint16_t>(kSources.size());
    CheckpointBatch batch{MakeCheckpoint(MakeStream(7, later), 42)};
    ASSERT_TRUE(state.TrySend(0, batch));
    EXPECT_EQ(state.Stop(clock.Now() + std::chrono::minutes(5)), absl::OkStatus());
  }
  const StoredState stored = Stored(dir);
  ASSERT_EQ(stored.files.size(), 1u);
  EXPECT_EQ(stored.files[0].source, "later");
  EXPECT_EQ(stored.files[0].frontier_bytes, 42);
}

TEST(StateThread, CommitsWithoutBeingStopped) {
  const std::string dir = FreshDir("thread_by_itself");
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  StateThread state(OptionsOf(dir), 1, registry, clock, heartbeat);
  state.Open();
  state.Start();
  // The first commit follows at once. The log of the store shows it, whatever the time.
  const std::string log = StorePath(dir) + "-wal";
  const auto size_before = std::filesystem::file_size(log);
  CheckpointBatch batch{MakeCheckpoint(MakeStream(1), 10)};
  ASSERT_TRUE(state.TrySend(0, batch));
  while (std::filesystem::file_size(log) == size_before) std::this_thread::yield();
  EXPECT_EQ(state.Stop(clock.Now() + std::chrono::minutes(5)), absl::OkStatus());
}

TEST(StateThread, RefusesABatchWhenItsRingIsFullAndLeavesItAlone) {
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  StateThread state(OptionsOf(FreshDir("thread_full")), 2, registry, clock, heartbeat);
  state.Open();  // Not started: nobody takes anything out.
  for (size_t i = 0; i < StateThread::kRingCapacity; ++i) {
    CheckpointBatch batch{MakeCheckpoint(MakeStream(i), 10)};
    EXPECT_TRUE(state.TrySend(0, batch));
  }
  CheckpointBatch batch{MakeCheckpoint(MakeStream(9), 10)};
  EXPECT_FALSE(state.TrySend(0, batch));
  EXPECT_EQ(batch.size(), 1u);
  EXPECT_TRUE(state.TrySend(1, batch));
}

TEST(StateThread, ADestructorCommitsWhatWasSent) {
  const std::string dir = FreshDir("thread_destructor");
  {
    MetricRegistry registry;
    const SystemClock clock;
    Heartbeat heartbeat{"state"};
    StateThread state(OptionsOf(dir), 1, registry, clock, heartbeat);
    state.Open();
    state.Start();
    CheckpointBatch batch{MakeCheckpoint(MakeStream(1), 10)};
    ASSERT_TRUE(state.TrySend(0, batch));
  }
  EXPECT_EQ(FrontiersByInode(Stored(dir)), (std::map<uint64_t, int64_t>{{1, 10}}));
}

TEST(StateThread, StopGivesUpAtItsDeadlineWhenTheDirectoryCannotBeUsed) {
  const std::string dir = FreshDir("thread_deadline");
  std::ofstream(dir) << "a file where the directory should be";
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  StateThread state(OptionsOf(dir), 1, registry, clock, heartbeat);
  EXPECT_TRUE(state.Open().files.empty());
  state.Start();
  CheckpointBatch batch{MakeCheckpoint(MakeStream(1), 10)};
  ASSERT_TRUE(state.TrySend(0, batch));
  EXPECT_EQ(state.Stop(clock.Now()).code(), absl::StatusCode::kNotFound);
  EXPECT_GT(registry.GetCounter("tailrace_checkpoint_errors_total", "").value(), 0u);
}

TEST(StateThread, StopWaitsForADirectoryThatMends) {
  const std::string dir = FreshDir("thread_mends");
  std::ofstream(dir) << "a file where the directory should be";
  {
    MetricRegistry registry;
    const SystemClock clock;
    Heartbeat heartbeat{"state"};
    StateThread state(OptionsOf(dir), 1, registry, clock, heartbeat);
    state.Open();
    state.Start();
    CheckpointBatch batch{MakeCheckpoint(MakeStream(1), 10)};
    ASSERT_TRUE(state.TrySend(0, batch));
    std::thread mender([&dir] { std::filesystem::remove(dir); });
    EXPECT_EQ(state.Stop(clock.Now() + std::chrono::minutes(5)), absl::OkStatus());
    mender.join();
  }
  EXPECT_EQ(FrontiersByInode(Stored(dir)), (std::map<uint64_t, int64_t>{{1, 10}}));
}

TEST(StateThread, OnlyDiscardsWithoutADirectory) {
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  StateThread state(OptionsOf(""), 1, registry, clock, heartbeat);
  EXPECT_TRUE(state.Open().first_use);
  state.Start();
  for (int i = 0; i < 100; ++i) {
    CheckpointBatch batch{MakeCheckpoint(MakeStream(1), i)};
    while (!state.TrySend(0, batch)) std::this_thread::yield();
  }
  EXPECT_EQ(state.Stop(clock.Now()), absl::OkStatus());
  EXPECT_TRUE(heartbeat.ended());
}

TEST(StateThread, BeatsFromItsStartToItsEnd) {
  MetricRegistry registry;
  const SystemClock clock;
  Heartbeat heartbeat{"state"};
  heartbeat.Beat(clock.Now() - std::chrono::hours(1));
  StateThread state(OptionsOf(""), 1, registry, clock, heartbeat);
  state.Open();
  state.Start();
  while (heartbeat.Age(clock.Now()) > std::chrono::minutes(1)) std::this_thread::yield();
  EXPECT_FALSE(heartbeat.ended());
  EXPECT_EQ(state.Stop(clock.Now()), absl::OkStatus());
  EXPECT_TRUE(heartbeat.ended());
}

}  // namespace
}  // namespace tailrace
