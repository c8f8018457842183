#include "sinks/file_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/sinks/faulty_disk.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

class FileSinkTest : public LocalSinkTest {
 protected:
  FileSink MakeSink(int64_t max_size_bytes = 1 << 30) {
    FileSinkOptions options;
    options.path = path_;
    options.max_size_bytes = max_size_bytes;
    options.max_files = 9;
    return FileSink(options, links(), settled_.Into(), disk_.ops());
  }

  FaultyDisk disk_;
  const std::string path_ = FreshSinkDir("file_sink") + "/out.ndjson";
};

TEST_F(FileSinkTest, GivesTheMemoryBackAfterTheWriteAndTheRangesAfterTheSync) {
  FileSink sink = MakeSink();
  PollNow(sink);
  Submit(sink, 0, 3);
  EXPECT_FALSE(sink.idle());
  disk_.FailAll(DiskStep::kDataSync, EIO);
  PollNow(sink);
  EXPECT_EQ(Contents(path_), LinesOf(0, 3));
  EXPECT_EQ(settled_.recycled, 1u);
  EXPECT_TRUE(settled_.released.empty());
  EXPECT_EQ(counters_.delivered.value(), 0u);
  EXPECT_FALSE(sink.idle());
  disk_.Mend();
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 3));
  EXPECT_EQ(settled_.delivered, 3u);
  EXPECT_EQ(settled_.recycled, 1u);
  EXPECT_EQ(settled_.workers, (std::vector<size_t>{3, 3}));
  EXPECT_EQ(counters_.delivered.value(), 3u);
  EXPECT_EQ(counters_.delivered_bytes.value(), LinesOf(0, 3).size());
  EXPECT_TRUE(sink.idle());
}

TEST_F(FileSinkTest, SyncsAtMostOnceInAFlushInterval) {
  FileSink sink = MakeSink();
  for (uint64_t n = 0; n < 100; ++n) {
    Submit(sink, n, 1);
    PollNow(sink);
    clock_.Advance(milliseconds(100));
  }
  EXPECT_EQ(disk_.CountOf(DiskStep::kDataSync), 10);
  clock_.Advance(milliseconds(1000));
  PollNow(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 100));
  EXPECT_EQ(Contents(path_), LinesOf(0, 100));
}

TEST_F(FileSinkTest, RefusesWhatItsWindowCannotHoldAndLeavesItAlone) {
  FileSink sink = MakeSink();
  for (uint64_t n = 0; n < FileSink::kQueueMax; ++n) Submit(sink, n, 1);
  PayloadPtr payload = MakePayload(100, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
  ASSERT_NE(payload, nullptr);
  EXPECT_EQ(payload->items.size(), 1u);
  PollNow(sink);
  EXPECT_TRUE(sink.TrySubmit(0, payload));
}

TEST_F(FileSinkTest, CutsATornLineBeforeTheFirstRecordComes) {
  SetContents(path_, "{\"a\":1}\n{\"b\"");
  FileSink sink = MakeSink();
  PollNow(sink);
  EXPECT_EQ(Contents(path_), "{\"a\":1}\n");
}

TEST_F(FileSinkTest, IsDownWhileTheDiskIsFullAndGoesOnInOrder) {
  FileSink sink = MakeSink();
  Submit(sink, 0, 2);
  PollNow(sink);
  EXPECT_EQ(sink.down_reason(), "");
  disk_.FailAll(DiskStep::kWrite, ENOSPC);
  Submit(sink, 2, 2);
  Submit(sink, 4, 2);
  for (int second = 0; second < 600; ++second) {
    PollNow(sink);
    clock_.Advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(sink.down_reason(), testing::HasSubstr("ENOSPC"));
  EXPECT_LT(disk_.CountOf(DiskStep::kWrite), 400);  // Backed off.
  EXPECT_EQ(Contents(path_), LinesOf(0, 2));
  EXPECT_EQ(settled_.released, Numbers(0, 2));
  disk_.Mend();
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(sink.down_reason(), "");
  EXPECT_EQ(Contents(path_), LinesOf(0, 6));
  EXPECT_EQ(settled_.released, Numbers(0, 6));
}

TEST_F(FileSinkTest, ConfirmsWhatWasWrittenBeforeTheDiskGotFull) {
  FileSink sink = MakeSink();
  Submit(sink, 0, 1);
  PollNow(sink);
  Submit(sink, 1, 1);
  PollNow(sink);  // Written, and synced only later.
  EXPECT_EQ(settled_.released, Numbers(0, 1));
  disk_.FailAll(DiskStep::kWrite, ENOSPC);
  Submit(sink, 2, 1);
  PollNow(sink);
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 2));
  EXPECT_NE(sink.down_reason(), "");
}

TEST_F(FileSinkTest, NeverReleasesWhatTheDiskHasLost) {
  FileSink sink = MakeSink();
  Submit(sink, 0, 1);
  PollNow(sink);
  disk_.FailAll(DiskStep::kDataSync, EIO);
  clock_.Advance(std::chrono::seconds(1));
  Submit(sink, 1, 2);
  PollNow(sink);
  disk_.Mend();
  std::string bytes = Contents(path_);
  bytes[LinesOf(0, 1).size() + 2] = '\0';
  std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary) << bytes;
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_TRUE(sink.idle());
  EXPECT_NE(sink.down_reason(), "");
  Submit(sink, 3, 1);
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(sink.down_reason(), "");
  EXPECT_EQ(settled_.released, (std::vector<uint64_t>{0, 3}));
  EXPECT_EQ(Contents(path_), LinesOf(0, 1) + LinesOf(3, 1));
}

TEST_F(FileSinkTest, RotatesWithoutALineLostTwiceOrTorn) {
  FileSink sink = MakeSink(200);
  for (uint64_t n = 0; n < 100; n += 4) {
    Submit(sink, n, 4);
    PollNow(sink);
    clock_.Advance(milliseconds(400));
  }
  clock_.Advance(std::chrono::seconds(1));
  PollNow(sink);
  std::string lines;
  for (int number = 9; number > 0; --number) {
    lines += Contents(path_ + "." + std::to_string(number));
  }
  EXPECT_EQ(lines + Contents(path_), LinesOf(0, 100));
  EXPECT_EQ(settled_.released, Numbers(0, 100));
}

TEST_F(FileSinkTest, WaitsForAFolderThatIsMissing) {
  const std::string dir = std::filesystem::path(path_).parent_path();
  std::filesystem::remove_all(dir);
  FileSink sink = MakeSink();
  Submit(sink, 0, 1);
  PollNow(sink);
  EXPECT_THAT(sink.down_reason(), testing::HasSubstr("ENOENT"));
  std::filesystem::create_directories(dir);
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(sink.down_reason(), "");
  EXPECT_EQ(settled_.released, Numbers(0, 1));
}

TEST_F(FileSinkTest, DrainConfirmsAllAtOnceAndRefusesMore) {
  FileSink sink = MakeSink();
  Submit(sink, 0, 1);
  PollNow(sink);
  Submit(sink, 1, 2);
  sink.Drain(clock_.Now());
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(settled_.released, Numbers(0, 3));
  PayloadPtr payload = MakePayload(3, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
}

TEST_F(FileSinkTest, DrainDoesNotWaitForARetryBeyondItsDeadline) {
  FileSink sink = MakeSink();
  disk_.FailAll(DiskStep::kWrite, ENOSPC);
  Submit(sink, 0, 1);
  sink.Drain(clock_.Now() + milliseconds(1));
  EXPECT_FALSE(sink.idle());
  EXPECT_TRUE(settled_.released.empty());
}

// Whichever call fails, once or for a while: in the end each document stands once and in order, and
// no range was released before its document was durable.
TEST_F(FileSinkTest, KeepsOrderAndConfirmsOnlyWhatIsThereWhicheverCallFails) {
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 0; n < 60; ++n) {
      SCOPED_TRACE(testing::Message()
                   << "call " << n << (for_ever ? " and later" : "") << " fails");
      FreshSinkDir("file_sink");
      settled_.released.clear();
      FileSink sink = MakeSink(40);
      for_ever ? disk_.FailFrom(n, EIO) : disk_.FailOnce(n, EIO);
      for (uint64_t document = 0; document < 20; ++document) {
        PayloadPtr payload = MakePayload(document, 1);
        while (!sink.TrySubmit(0, payload)) {
          disk_.Mend();
          clock_.Advance(std::chrono::seconds(30));
          PollNow(sink);
        }
        PollNow(sink);
        clock_.Advance(milliseconds(400));
      }
      disk_.Mend();
      for (int i = 0; i < 10; ++i) {
        clock_.Advance(std::chrono::seconds(30));
        PollNow(sink);
      }
      std::string lines;
      for (int number = 9; number > 0; --number) {
        lines += Contents(path_ + "." + std::to_string(number));
      }
      ASSERT_EQ(lines + Contents(path_), LinesOf(0, 20));
      ASSERT_EQ(settled_.released, Numbers(0, 20));
      ASSERT_TRUE(sink.idle());
    }
  }
}

TEST_F(FileSinkTest, GivenUpItReturnsWhatIsNotWrittenAndCountsWhatIsNotSynced) {
  std::vector<std::string> returned;
  uint64_t dropped = 0;
  std::vector<RangeRef> released;
  FileSinkOptions options;
  options.path = path_;
  FileSink sink(
      options, links(),
      [&](size_t, Settlement settlement) {
        if (settlement.returned != nullptr) {
          returned.emplace_back(settlement.returned->bytes.view());
        }
        dropped += settlement.dropped_items;
        released.insert(released.end(), settlement.released.begin(), settlement.released.end());
      },
      disk_.ops());
  PollNow(sink);
  disk_.FailAll(DiskStep::kDataSync, EIO);
  Submit(sink, 0, 3);
  PollNow(sink);
  Submit(sink, 3, 2);
  sink.GiveUp(clock_.Now() + milliseconds(100));
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(dropped + returned.size(), 4u);  // Three documents, and one payload of two.
  EXPECT_EQ(returned, std::vector<std::string>{LinesOf(3, 2)});
  EXPECT_EQ(counters_.dropped_removed.value(), 3u);
  EXPECT_EQ(released.size(), 5u);
}

}  // namespace
}  // namespace tailrace
