#include "agent/state/state_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

TEST(StateDir, IsMadeWithItsParentsForItsOwnerOnly) {
  const std::string top = FreshDir("dir_modes");
  EXPECT_EQ(MakeStateDir(top + "/a/b"), absl::OkStatus());
  EXPECT_EQ(MakeStateDir(top + "/a/b"), absl::OkStatus());  // It may be there.
  EXPECT_EQ(MakeStateDir(top + "/a/c/"), absl::OkStatus());
  for (const char* part : {"", "/a", "/a/b", "/a/c"}) {
    struct stat found {};
    ASSERT_EQ(stat((top + part).c_str(), &found), 0) << part;
    EXPECT_EQ(found.st_mode & 07777, 0700u) << part;
  }
}

TEST(StateDir, CannotBeMadeWhereAFileStands) {
  const std::string dir = FreshDir("dir_file");
  std::ofstream(dir) << "x";
  EXPECT_EQ(MakeStateDir(dir).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(MakeStateDir(dir + "/below").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(MakeStateDir("").code(), absl::StatusCode::kInvalidArgument);
}

TEST(StateDir, IsUsedForTheFirstTimeOnce) {
  const std::string dir = FreshDir("dir_first");
  EXPECT_TRUE(IsFirstUse(dir));
  ASSERT_EQ(MakeStateDir(dir), absl::OkStatus());
  EXPECT_TRUE(IsFirstUse(dir));
  EXPECT_EQ(MarkUsed(dir), absl::OkStatus());
  EXPECT_FALSE(IsFirstUse(dir));
  EXPECT_EQ(MarkUsed(dir), absl::OkStatus());
  std::filesystem::remove(dir + "/used");
  std::ofstream(StorePath(dir)) << "";
  EXPECT_FALSE(IsFirstUse(dir));  // A store is proof enough.
}

TEST(StateDir, SetsAsideWhatBelongsToTheStoreTogether) {
  const std::string dir = FreshDir("dir_aside");
  ASSERT_EQ(MakeStateDir(dir), absl::OkStatus());
  std::ofstream(StorePath(dir)) << "db";
  std::ofstream(StorePath(dir) + "-wal") << "wal";
  std::ofstream(StorePath(dir) + "-shm") << "shm";
  EXPECT_EQ(SetStoreAside(dir, 1'767'225'600'000'000'000), absl::OkStatus());
  for (const char* companion : {"", "-wal", "-shm"}) {
    EXPECT_FALSE(std::filesystem::exists(StorePath(dir) + companion)) << companion;
    EXPECT_TRUE(std::filesystem::exists(StorePath(dir) + ".corrupt-20260101T000000Z" + companion))
        << companion;
  }
  // A second one of the same second leaves nothing of the first beside it.
  std::ofstream(StorePath(dir)) << "db 2";
  EXPECT_EQ(SetStoreAside(dir, 1'767'225'600'000'000'001), absl::OkStatus());
  EXPECT_FALSE(std::filesystem::exists(StorePath(dir) + ".corrupt-20260101T000000Z-wal"));
  EXPECT_EQ(SetStoreAside(dir, 0), absl::OkStatus());  // Nothing to set aside.
}

TEST(StateDir, SaysWhatItCouldNotDo) {
  const std::string dir = FreshDir("dir_missing");
  EXPECT_EQ(MarkUsed(dir).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(SetStoreAside(dir, 0).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tailrace
