#include "sinks/ndjson_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <set>

#include "sinks/rotated_names.h"
#include "sinks/whole_prefix.h"
#include "tests/sinks/faulty_disk.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

TEST(NdjsonFile, AppendsToWhatIsThereAndMakesWhatIsMissingForItsOwnerOnly) {
  const std::string path = FreshSinkDir("append") + "/out.ndjson";
  {
    NdjsonFile file({.path = path});
    EXPECT_EQ(file.Append("{\"a\":1}\n"), absl::OkStatus());
    EXPECT_EQ(file.Sync(), absl::OkStatus());
    EXPECT_EQ(file.size_bytes(), 8);
  }
  NdjsonFile file({.path = path});
  EXPECT_EQ(file.Append("{\"b\":2}\n"), absl::OkStatus());
  EXPECT_EQ(Contents(path), "{\"a\":1}\n{\"b\":2}\n");
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST(NdjsonFile, CutsOffATornLastLineAtItsOpening) {
  const std::string long_line(200'000, 'x');
  const struct {
    const char* name;
    std::string before;
    std::string after;
  } cases[] = {
      {"empty", "", ""},
      {"whole", "{}\n{}\n", "{}\n{}\n"},
      {"one_byte", "{}\n{", "{}\n"},
      {"no_newline_at_all", "{\"a\":", ""},
      {"only_newlines", "\n\n", "\n\n"},
      {"zeros", std::string("{}\n") + std::string(5000, '\0'), "{}\n"},
      {"longer_than_a_search_step", "{}\n" + long_line, "{}\n"},
      {"newline_at_a_step_border", "{}\n" + std::string(65536, 'y'), "{}\n"},
      {"first_line_longer_than_a_step", long_line, ""},
      {"whole_long_line", long_line + "\n", long_line + "\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = FreshSinkDir("torn") + "/out.ndjson";
    SetContents(path, c.before);
    NdjsonFile file({.path = path});
    EXPECT_EQ(file.Refresh(), absl::OkStatus());
    EXPECT_EQ(Contents(path), c.after);
    EXPECT_EQ(file.size_bytes(), static_cast<int64_t>(c.after.size()));
    EXPECT_EQ(file.Append("{\"next\":1}\n"), absl::OkStatus());
    EXPECT_EQ(Contents(path), c.after + "{\"next\":1}\n");
  }
}

TEST(NdjsonFile, LeavesAloneWhatIsNoFileOfLines) {
  const std::string dir = FreshSinkDir("foreign");
  SetContents(dir + "/binary", "begin\n");
  std::filesystem::resize_file(dir + "/binary", kTornBytesMax * 2);  // A hole of zeros.
  ASSERT_EQ(mkfifo((dir + "/fifo").c_str(), 0600), 0);
  for (const char* name : {"/binary", "/fifo"}) {
    NdjsonFile file({.path = dir + name});
    EXPECT_EQ(file.Append("{}\n").code(), absl::StatusCode::kFailedPrecondition) << name;
  }
  EXPECT_EQ(std::filesystem::file_size(dir + "/binary"), static_cast<uintmax_t>(kTornBytesMax) * 2);
  NdjsonFile folder({.path = dir});
  EXPECT_EQ(folder.Append("{}\n").code(), absl::StatusCode::kInternal);  // EISDIR
  NdjsonFile nowhere({.path = dir + "/no/where"});
  EXPECT_EQ(nowhere.Append("{}\n").code(), absl::StatusCode::kNotFound);
}

TEST(NdjsonFile, TakesDevices) {
  NdjsonFile null({.path = "/dev/null", .max_size_bytes = 1, .max_files = 1});
  EXPECT_EQ(null.Append("{}\n"), absl::OkStatus());
  EXPECT_EQ(null.Append("{}\n"), absl::OkStatus());
  EXPECT_EQ(null.Sync(), absl::OkStatus());
  NdjsonFile full({.path = "/dev/full"});
  EXPECT_EQ(full.Append("{}\n").code(), absl::StatusCode::kResourceExhausted);
}

TEST(NdjsonFile, RotatesBeforeItOutgrowsItsBoundAndKeepsTheNewest) {
  const std::string path = FreshSinkDir("rotate") + "/out.ndjson";
  NdjsonFile file({.path = path, .max_size_bytes = 20, .max_files = 2});
  for (const char* line : {"{\"a\":1}\n", "{\"a\":2}\n", "{\"a\":3}\n", "{\"a\":4}\n",
                           "{\"a\":5}\n", "{\"a\":6}\n", "{\"a\":7}\n"}) {
    EXPECT_EQ(file.Append(line), absl::OkStatus());
  }
  EXPECT_EQ(Contents(path), "{\"a\":7}\n");
  EXPECT_EQ(Contents(path + ".1"), "{\"a\":5}\n{\"a\":6}\n");
  EXPECT_EQ(Contents(path + ".2"), "{\"a\":3}\n{\"a\":4}\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".3"));
  const std::string large(100, 'x');
  EXPECT_EQ(file.Append(large + "\n"), absl::OkStatus());  // Larger than the bound by itself.
  EXPECT_EQ(Contents(path), large + "\n");
  EXPECT_EQ(Contents(path + ".1"), "{\"a\":7}\n");
}

TEST(NdjsonFile, GoesOnInANewFileWhenItsOwnWasTakenAway) {
  const struct {
    const char* name;
    void (*take_away)(const std::string& path);
    std::string after;
  } cases[] = {
      {"renamed", [](const std::string& path) { std::filesystem::rename(path, path + ".moved"); },
       "{\"b\":2}\n"},
      {"deleted", [](const std::string& path) { std::filesystem::remove(path); }, "{\"b\":2}\n"},
      {"truncated", [](const std::string& path) { SetContents(path, ""); }, "{\"b\":2}\n"},
      {"cut", [](const std::string& path) { std::filesystem::resize_file(path, 3); },
       "{\"b\":2}\n"},
      {"grown", [](const std::string& path) { SetContents(path, "{\"a\":1}\n{}\n{"); },
       "{\"a\":1}\n{}\n{\"b\":2}\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = FreshSinkDir("taken") + "/out.ndjson";
    NdjsonFile file({.path = path});
    ASSERT_EQ(file.Append("{\"a\":1}\n"), absl::OkStatus());
    c.take_away(path);
    EXPECT_EQ(file.Append("{\"b\":2}\n"), absl::OkStatus());
    EXPECT_EQ(file.Sync(), absl::OkStatus());
    EXPECT_EQ(Contents(path), c.after);
  }
}

TEST(NdjsonFile, SyncsDataAndNamesBeforeItSaysSo) {
  FaultyDisk disk;
  const std::string path = FreshSinkDir("sync") + "/out.ndjson";
  NdjsonFile file({.path = path, .max_size_bytes = 8, .max_files = 3}, disk.ops());
  EXPECT_EQ(file.Append("{\"a\":1}\n"), absl::OkStatus());
  EXPECT_EQ(disk.CountOf(DiskStep::kDataSync), 0);
  EXPECT_EQ(file.Sync(), absl::OkStatus());
  EXPECT_EQ(disk.CountOf(DiskStep::kDataSync), 1);
  EXPECT_EQ(disk.CountOf(DiskStep::kSync), 1);  // The directory, for the new name.
  EXPECT_EQ(file.Sync(), absl::OkStatus());
  EXPECT_EQ(disk.CountOf(DiskStep::kDataSync), 1);          // Nothing new.
  EXPECT_EQ(file.Append("{\"a\":2}\n"), absl::OkStatus());  // Rotates.
  EXPECT_EQ(file.Append("{\"a\":3}\n"), absl::OkStatus());  // And again: what it moves is synced.
  EXPECT_EQ(disk.CountOf(DiskStep::kDataSync), 2);
  EXPECT_EQ(file.Sync(), absl::OkStatus());
  EXPECT_EQ(disk.CountOf(DiskStep::kSync), 3);
}

// What is in the file and its rotated ones, oldest first.
std::string AllLines(const std::string& path) {
  std::string lines;
  for (int number = 9; number > 0; --number) lines += Contents(path + "." + std::to_string(number));
  return lines + Contents(path);
}

bool HoldsWholeLinesOnly(const std::string& path) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(path).parent_path())) {
    const std::string bytes = Contents(entry.path());
    if (!bytes.empty() && bytes.back() != '\n') return false;
  }
  return true;
}

// Appends ten documents with retries, while the n-th call fails (for `outage` calls).
void AppendThroughAnError(FaultyDisk& disk, const std::string& path) {
  NdjsonFile file({.path = path, .max_size_bytes = 20, .max_files = 9}, disk.ops());
  for (uint64_t n = 0; n < 10; ++n) {
    absl::Status status = file.Append(LinesOf(n, 1));
    for (int tries = 0; !status.ok() && tries < 3; ++tries) {
      ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      disk.Mend();
      status = file.Append(LinesOf(n, 1));
    }
    ASSERT_EQ(status, absl::OkStatus());
    if (n % 3 == 0) {
      status = file.Sync();
      if (!status.ok()) {
        disk.Mend();
        status = file.Sync();
      }
      ASSERT_EQ(status, absl::OkStatus());
    }
  }
}

TEST(NdjsonFile, HoldsEachLineOnceAndInOrderWhicheverCallFails) {
  int64_t calls = 0;
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 0; n == 0 || n < calls; ++n) {
      SCOPED_TRACE(testing::Message()
                   << "call " << n << (for_ever ? " and later" : "") << " fails");
      FaultyDisk disk;
      const std::string path = FreshSinkDir("each_call") + "/out.ndjson";
      for_ever ? disk.FailFrom(n, ENOSPC) : disk.FailOnce(n, ENOSPC);
      AppendThroughAnError(disk, path);
      if (HasFatalFailure()) return;
      EXPECT_EQ(AllLines(path), LinesOf(0, 10));
      EXPECT_TRUE(HoldsWholeLinesOnly(path));
      calls = static_cast<int64_t>(disk.steps().size());
    }
  }
  EXPECT_GT(calls, 50);
}

TEST(NdjsonFile, HoldsNothingOfAWriteThatFailed) {
  FaultyDisk disk;
  const std::string path = FreshSinkDir("half") + "/out.ndjson";
  NdjsonFile file({.path = path}, disk.ops());
  ASSERT_EQ(file.Append(LinesOf(0, 3)), absl::OkStatus());
  disk.FailAll(DiskStep::kWrite, EIO);
  EXPECT_EQ(file.Append(LinesOf(3, 3)).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Contents(path), LinesOf(0, 3));
  disk.FailFrom(0, EIO);  // Neither can the half be cut off.
  EXPECT_EQ(file.Append(LinesOf(3, 3)).code(), absl::StatusCode::kInternal);
  EXPECT_NE(Contents(path), LinesOf(0, 3));
  disk.Mend();
  EXPECT_EQ(file.Append("{}\n"), absl::OkStatus());  // Shorter than what was left there.
  EXPECT_EQ(Contents(path), LinesOf(0, 3) + "{}\n");
}

TEST(NdjsonFile, WritesAgainWhatAFailedSyncMayHaveDropped) {
  FaultyDisk disk;
  const std::string path = FreshSinkDir("again") + "/out.ndjson";
  NdjsonFile file({.path = path}, disk.ops());
  ASSERT_EQ(file.Append(LinesOf(0, 2)), absl::OkStatus());
  ASSERT_EQ(file.Append(LinesOf(2, 2)), absl::OkStatus());
  disk.FailAll(DiskStep::kDataSync, EIO);
  EXPECT_EQ(file.Sync().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(file.Append(LinesOf(4, 2)).code(), absl::StatusCode::kInternal);
  disk.Mend();
  const int64_t writes = disk.CountOf(DiskStep::kWrite);
  EXPECT_EQ(file.Sync(), absl::OkStatus());
  EXPECT_GE(disk.CountOf(DiskStep::kWrite), writes + 2);
  EXPECT_EQ(file.Append(LinesOf(4, 2)), absl::OkStatus());
  EXPECT_EQ(Contents(path), LinesOf(0, 6));
}

TEST(NdjsonFile, TellsDataLossWhenAFailedSyncHasDroppedIt) {
  FaultyDisk disk;
  const std::string path = FreshSinkDir("dropped") + "/out.ndjson";
  NdjsonFile file({.path = path}, disk.ops());
  ASSERT_EQ(file.Append(LinesOf(0, 2)), absl::OkStatus());
  ASSERT_EQ(file.Sync(), absl::OkStatus());
  ASSERT_EQ(file.Append(LinesOf(2, 2)), absl::OkStatus());
  disk.FailAll(DiskStep::kDataSync, EIO);
  EXPECT_EQ(file.Sync().code(), absl::StatusCode::kInternal);
  disk.Mend();
  // What the kernel would read back from a disk that never got it.
  std::string bytes = Contents(path);
  bytes[LinesOf(0, 2).size() + 3] = '\0';
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << bytes;
  EXPECT_EQ(file.Sync().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Contents(path), LinesOf(0, 2));
  EXPECT_EQ(file.Append(LinesOf(2, 2)), absl::OkStatus());
  EXPECT_EQ(file.Sync(), absl::OkStatus());
  EXPECT_EQ(Contents(path), LinesOf(0, 4));
}

TEST(RotatedNames, AreNotMovedOnTwiceByRepeatedTries) {
  FaultyDisk disk;
  const std::string path = FreshSinkDir("names") + "/x";
  for (const char* suffix : {"", ".1", ".2", ".4"}) SetContents(path + suffix, suffix);
  disk.FailOnce(2, EIO);  // .2 and .1 have moved on, the file itself has not.
  EXPECT_EQ(RotateNames({path, ""}, 4, disk.ops()).code(), absl::StatusCode::kInternal);
  disk.FailOnce(0, EIO);
  EXPECT_EQ(RotateNames({path, ""}, 4, disk.ops()).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(RotateNames({path, ""}, 4, disk.ops()), absl::OkStatus());
  EXPECT_EQ(Contents(path + ".1"), "");
  EXPECT_EQ(Contents(path + ".2"), ".1");
  EXPECT_EQ(Contents(path + ".3"), ".2");
  EXPECT_EQ(Contents(path + ".4"), ".4");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(RotatedNames, KeepTheExtensionLast) {
  EXPECT_EQ((RotatedNames{"/a/x.ndjson.zst", ".zst"}.Numbered(2)), "/a/x.ndjson.2.zst");
  EXPECT_EQ((RotatedNames{"/a/x.ndjson", ".zst"}.Numbered(1)), "/a/x.ndjson.1.zst");
  EXPECT_EQ((RotatedNames{"/a/x.zst", ""}.Numbered(1)), "/a/x.zst.1");
}

}  // namespace
}  // namespace tailrace
