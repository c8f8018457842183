// Stores that a crash, a bad disk or a person left behind: each must start, at once, and tell
// nothing but what was committed.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>

#include "agent/base/strings.h"
#include "agent/state/checkpoint_store.h"
#include "agent/state/state_dir.h"
#include "tests/agent/state/fault_vfs.h"
#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

constexpr int kFiles = 60;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The two files of a store: as a kill leaves them, and as an orderly end does (no log).
struct Image {
  std::string store;
  std::string log;
};

struct Images {
  Image killed;
  Image closed;
  std::set<std::string> committed;  // Every row that was ever committed.
};

Image ReadImage(const std::string& dir) {
  return {ReadAll(StorePath(dir)), ReadAll(StorePath(dir) + "-wal")};
}

Images MakeImages() {
  Images images;
  const std::string dir = FreshDir("images");
  const ManualClock clock;
  std::mt19937 random(1);
  int64_t commit = 0;
  for (int run = 0; run < 2; ++run) {  // So that the store has something, and its log has more.
    auto opened = CheckpointStore::Open(dir, kSources, clock);
    EXPECT_TRUE(opened.ok()) << opened.status();
    for (int i = 0; i < 20; ++i) {
      CheckpointBatch batch;
      ++commit;
      for (int inode = 0; inode < kFiles; ++inode) {
        if (commit > 1 && random() % 4 != 0) continue;
        batch.push_back(MakeCheckpoint(MakeStream(inode), commit * 1000 + inode));
        images.committed.insert(Describe(batch.back()));
      }
      EXPECT_EQ(opened->store->Commit(batch), absl::OkStatus());
    }
    images.killed = ReadImage(dir);
  }
  images.closed = ReadImage(dir);
  EXPECT_FALSE(images.killed.log.empty());
  EXPECT_TRUE(images.closed.log.empty());
  return images;
}

void Damage(std::mt19937& random, std::string& bytes) {
  if (bytes.empty()) return;
  // Half of the damage hits what matters most: the header and the first pages.
  const size_t reach = random() % 2 == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 8192);
  const size_t at = random() % reach;
  const size_t length = std::min<size_t>(bytes.size() - at, 1 + random() % 8192);
  switch (random() % 5) {
    case 0:
      bytes.resize(at);
      break;
    case 1:
      std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(at), length, '\0');
      break;
    case 2:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
      break;
    case 3:
      for (size_t i = 0; i < length; ++i) bytes[at + i] = static_cast<char>(random());
      break;
    default:  // A block that landed elsewhere.
      bytes.replace(at, length, bytes, random() % bytes.size(), length);
      break;
  }
}

TEST(CheckpointDamage, EveryOneOfTwoThousandImagesStartsAndTellsOnlyWhatWasCommitted) {
  FaultVfs disk;
  disk.SkipSyncs();
  const Images images = MakeImages();
  const std::string dir = FreshDir("damaged");
  const ManualClock clock;
  std::mt19937 random(2);
  int set_aside = 0;
  for (int i = 0; i < 2000; ++i) {
    SCOPED_TRACE(i);
    Image image = i % 3 == 0 ? images.closed : images.killed;
    if (i % 3 != 1) Damage(random, image.store);
    if (i % 3 != 0) Damage(random, image.log);
    if (i < 1) image = images.killed;  // And one that is as it should be.
    std::filesystem::create_directories(dir);
    WriteAll(dir + "/used", "");
    WriteAll(StorePath(dir), image.store);
    WriteAll(StorePath(dir) + "-wal", image.log);
    const auto opened = CheckpointStore::Open(dir, kSources, clock);
    ASSERT_TRUE(opened.ok()) << opened.status();
    ASSERT_FALSE(opened->state.first_use);
    set_aside += opened->state.set_aside ? 1 : 0;
    for (const StoredFile& file : opened->state.files) {
      ASSERT_EQ(images.committed.count(Describe(file)), 1u) << Describe(file);
    }
    if (i == 0) {
      EXPECT_EQ(opened->state.files.size(), static_cast<size_t>(kFiles));
    }
    absl::Status committed = opened->store->Commit({MakeCheckpoint(MakeStream(7), 1'000'000)});
    // What is only met when a page is written shows at the first commit, which says so.
    ASSERT_TRUE(committed.ok() || committed.code() == absl::StatusCode::kDataLoss) << committed;
  }
  EXPECT_GT(set_aside, 200);
  EXPECT_LT(set_aside, 1900);
}

TEST(CheckpointDamage, EveryPrefixOfASmallStoreStarts) {
  FaultVfs disk;
  disk.SkipSyncs();
  const std::string dir = FreshDir("prefixes");
  const ManualClock clock;
  const Checkpoint checkpoint = MakeCheckpoint(MakeStream(1), 10);
  {
    const auto opened = CheckpointStore::Open(dir, kSources, clock);
    ASSERT_TRUE(opened.ok());
    ASSERT_EQ(opened->store->Commit({checkpoint}), absl::OkStatus());
  }
  const std::string whole = ReadAll(StorePath(dir));
  for (size_t size = 0; size < whole.size(); size += size < 128 ? 1 : 509) {
    SCOPED_TRACE(size);
    std::filesystem::remove(StorePath(dir) + "-wal");
    WriteAll(StorePath(dir), whole.substr(0, size));
    const auto opened = CheckpointStore::Open(dir, kSources, clock);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(opened->state.set_aside);
    EXPECT_TRUE(opened->state.files.empty());
    EXPECT_EQ(opened->store->Commit({checkpoint}), absl::OkStatus());
  }
}

// Commits for ever, and says after each commit which one is durable.
[[noreturn]] void CommitUntilKilled(const std::string& dir, int out) {
  const SystemClock clock;
  auto opened = CheckpointStore::Open(dir, kSources, clock);
  if (!opened.ok()) _exit(1);
  int64_t frontier = opened->state.files.empty() ? 0 : opened->state.files[0].frontier_bytes;
  while (true) {
    CheckpointBatch batch;
    ++frontier;
    for (uint64_t inode = 0; inode < 20; ++inode) {
      batch.push_back(MakeCheckpoint(MakeStream(inode), frontier));
    }
    if (!opened->store->Commit(batch).ok()) _exit(2);
    if (write(out, &frontier, sizeof(frontier)) != sizeof(frontier)) _exit(3);
  }
}

TEST(CheckpointDamage, AKillLosesNoCommitAndSplitsNone) {
  const std::string dir = FreshDir("killed");
  int64_t durable = 0;
  for (int kill_count = 0; kill_count < 20; ++kill_count) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) CommitUntilKilled(dir, pipe_ends[1]);
    close(pipe_ends[1]);
    for (int i = 0; i <= kill_count % 4; ++i) {
      ASSERT_EQ(read(pipe_ends[0], &durable, sizeof(durable)),
                static_cast<ssize_t>(sizeof(durable)));
    }
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    while (read(pipe_ends[0], &durable, sizeof(durable)) == sizeof(durable)) {
    }
    close(pipe_ends[0]);
    const SystemClock clock;
    const auto opened = CheckpointStore::Open(dir, kSources, clock);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_FALSE(opened->state.set_aside);
    ASSERT_EQ(opened->state.files.size(), 20u);
    for (const StoredFile& file : opened->state.files) {
      EXPECT_GE(file.frontier_bytes, durable);
      EXPECT_EQ(file.frontier_bytes, opened->state.files[0].frontier_bytes);
    }
  }
}

}  // namespace
}  // namespace tailrace
