#include "agent/enrich/lookup_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace tailrace {
namespace {

class LookupFileTest : public testing::Test {
 protected:
  // As programs do that swap a file: a new one takes the name.
  void Replace(const std::string& text) {
    std::ofstream(path_ + ".new") << text;
    ASSERT_EQ(std::rename((path_ + ".new").c_str(), path_.c_str()), 0);
  }
  std::shared_ptr<LookupFile> Open() {
    absl::StatusOr<std::shared_ptr<LookupFile>> file =
        LookupFile::Open({LookupFormat::kCsv, path_, "", {"b"}});
    EXPECT_TRUE(file.ok()) << file.status();
    return *file;
  }
  static std::string Find(const LookupTable& table) {
    ByteArena arena;
    std::vector<LookupValue> values(1);
    if (table.Find("k", values, arena) != TableResult::kFound) return "none";
    return std::string(values[0].text);
  }

  const std::string path_ = testing::TempDir() + "/lookup_file_" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
};

TEST_F(LookupFileTest, ReadsAFileAgainWhenItIsAnotherOne) {
  Replace("a,b\nk,1\n");
  const std::shared_ptr<LookupFile> file = Open();
  const uint64_t version = file->version();
  const std::shared_ptr<const LookupTable> old = file->table();
  EXPECT_EQ(*file->Refresh(), false);
  EXPECT_EQ(file->version(), version);
  Replace("a,b\nk,22\n");
  EXPECT_EQ(*file->Refresh(), true);
  EXPECT_NE(file->version(), version);
  EXPECT_EQ(Find(*file->table()), "22");
  EXPECT_EQ(Find(*old), "1");
}

TEST_F(LookupFileTest, KeepsItsTableWhenTheFileGoesBadAndSaysSoOnce) {
  Replace("a,b\nk,1\n");
  const std::shared_ptr<LookupFile> file = Open();
  Replace("a,b\nk\n");
  EXPECT_EQ(file->Refresh().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*file->Refresh(), false);
  EXPECT_EQ(Find(*file->table()), "1");
  std::remove(path_.c_str());
  EXPECT_EQ(file->Refresh().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*file->Refresh(), false);
  EXPECT_EQ(Find(*file->table()), "1");
  Replace("a,b\nk,333\n");
  EXPECT_EQ(*file->Refresh(), true);
  EXPECT_EQ(Find(*file->table()), "333");
}

TEST_F(LookupFileTest, NamesTheFileThatItCannotOpen) {
  const absl::Status missing =
      LookupFile::Open({LookupFormat::kCsv, path_ + ".none", "", {"b"}}).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  Replace("a\n");
  const absl::Status bad = LookupFile::Open({LookupFormat::kCsv, path_, "", {"b"}}).status();
  EXPECT_EQ(bad.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(bad.message()).find(path_), std::string::npos);
}

TEST_F(LookupFileTest, IsReadByOthersWhileItIsRefreshed) {
  Replace("a,b\nk,0\n");
  const std::shared_ptr<LookupFile> file = Open();
  std::atomic<bool> done{false};
  std::thread reader([&] {
    uint64_t seen = 0;
    std::shared_ptr<const LookupTable> table;
    // Relaxed: only ends the loop.
    while (!done.load(std::memory_order_relaxed)) {
      if (file->version() != seen) {
        seen = file->version();
        table = file->table();
      }
      EXPECT_NE(Find(*table), "none");
    }
  });
  for (int i = 1; i <= 50; ++i) {
    Replace("a,b\nk," + std::string(static_cast<size_t>(i), 'x') + "\n");
    EXPECT_TRUE(file->Refresh().ok());
  }
  done.store(true, std::memory_order_relaxed);
  reader.join();
}

}  // namespace
}  // namespace tailrace
