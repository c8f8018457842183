// What `compression: zstd` changes of a file sink; the rest is in file_sink_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "agent/codec/zstd.h"
#include "sinks/file_sink.h"
#include "tests/agent/codec/zstd_reference.h"
#include "tests/sinks/faulty_disk.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

constexpr int kFilesMax = 60;

class FileSinkZstdTest : public LocalSinkTest {
 protected:
  std::unique_ptr<FileSink> MakeSink(int64_t max_size_bytes = 1 << 30) {
    FileSinkOptions options;
    options.path = path_;
    options.max_size_bytes = max_size_bytes;
    options.max_files = kFilesMax;
    options.zstd = true;
    return std::make_unique<FileSink>(options, links(), settled_.Into(), disk_.ops());
  }
  std::string Rotated(int number) const {
    return dir_ + "/out.ndjson." + std::to_string(number) + ".zst";
  }
  // As `zstdcat` of all files prints them, oldest first.
  std::string AllLines() const {
    std::string lines;
    for (int number = kFilesMax; number > 0; --number) {
      if (std::filesystem::exists(Rotated(number))) lines += ZstdUnpack(Contents(Rotated(number)));
    }
    return lines + ZstdUnpack(Contents(path_));
  }
  void PollLater(FileSink& sink) {
    clock_.Advance(std::chrono::seconds(30));
    PollNow(sink);
  }

  FaultyDisk disk_;
  const std::string dir_ = FreshSinkDir("file_sink_zstd");
  const std::string path_ = dir_ + "/out.ndjson.zst";
};

TEST_F(FileSinkZstdTest, WritesAFrameForEachPayloadAndConfirmsItAfterTheSync) {
  const auto sink = MakeSink();
  Submit(*sink, 0, 1000);
  disk_.FailAll(DiskStep::kDataSync, EIO);
  PollNow(*sink);
  const auto size = static_cast<int64_t>(Contents(path_).size());
  EXPECT_EQ(ZstdFirstFrameBytes(Contents(path_)), size);
  EXPECT_TRUE(settled_.released.empty());
  EXPECT_EQ(settled_.recycled, 1u);
  disk_.Mend();
  PollLater(*sink);
  EXPECT_EQ(settled_.released, Numbers(0, 1000));
  Submit(*sink, 1000, 5);
  PollLater(*sink);
  EXPECT_EQ(ZstdFirstFrameBytes(Contents(path_)), size);
  EXPECT_EQ(ZstdUnpack(Contents(path_)), LinesOf(0, 1005));
  EXPECT_EQ(counters_.delivered_bytes.value(), LinesOf(0, 1005).size());
  EXPECT_EQ(counters_.wire_bytes.value(), Contents(path_).size());
  EXPECT_LT(counters_.wire_bytes.value(), counters_.delivered_bytes.value() / 3);
}

// A crash may leave any number of bytes of what was not confirmed, and the size without the bytes.
TEST_F(FileSinkZstdTest, IsReadableAgainAfterACrashAtAnyByte) {
  std::string confirmed, second;
  ZstdCompressor compressor(1);
  compressor.AppendTo(LinesOf(0, 40), confirmed);
  compressor.AppendTo(LinesOf(40, 40), second);
  for (size_t left = 0; left < second.size(); ++left) {
    for (const bool zeros : {false, true}) {
      std::string torn = confirmed + second.substr(0, left);
      if (zeros) torn.resize(confirmed.size() + second.size());
      SetContents(path_, torn);
      const auto sink = MakeSink();
      PollNow(*sink);
      ASSERT_EQ(Contents(path_), confirmed) << left;
      Submit(*sink, 40, 40);
      sink->Drain(clock_.Now());
      ASSERT_EQ(ZstdUnpack(Contents(path_)), LinesOf(0, 80)) << left;
    }
  }
}

TEST_F(FileSinkZstdTest, SetsAFileAsideThatIsDamagedBeforeASoundFrame) {
  std::string first, second;
  ZstdCompressor compressor(1);
  compressor.AppendTo(LinesOf(0, 40), first);
  compressor.AppendTo(LinesOf(40, 40), second);
  std::string damaged = first + second + first;
  damaged[first.size() + 20] = static_cast<char>(damaged[first.size() + 20] ^ 4);
  SetContents(path_, damaged);
  const auto sink = MakeSink();
  Submit(*sink, 80, 2);
  PollLater(*sink);
  EXPECT_EQ(Contents(Rotated(1)), damaged);
  EXPECT_EQ(ZstdUnpack(Contents(path_)), LinesOf(80, 2));
  EXPECT_EQ(sink->down_reason(), "");
}

TEST_F(FileSinkZstdTest, LeavesAFileOfLinesAloneAndSaysSo) {
  SetContents(path_, LinesOf(0, 3));
  const auto sink = MakeSink();
  Submit(*sink, 3, 1);
  PollNow(*sink);
  EXPECT_THAT(sink->down_reason(), testing::HasSubstr("holds no zstd frames: move it away"));
  EXPECT_EQ(Contents(path_), LinesOf(0, 3));
  std::filesystem::rename(path_, dir_ + "/moved");
  PollLater(*sink);
  EXPECT_EQ(sink->down_reason(), "");
  EXPECT_EQ(ZstdUnpack(Contents(path_)), LinesOf(3, 1));
}

TEST_F(FileSinkZstdTest, RotatesByTheSizeOnTheDisk) {
  const auto sink = MakeSink(1000);
  for (uint64_t n = 0; n < 4000; n += 100) {
    Submit(*sink, n, 100);
    PollNow(*sink);
    clock_.Advance(milliseconds(400));
  }
  PollLater(*sink);
  EXPECT_EQ(AllLines(), LinesOf(0, 4000));
  EXPECT_EQ(settled_.released, Numbers(0, 4000));
  ASSERT_TRUE(std::filesystem::exists(Rotated(2)));
  EXPECT_LE(Contents(Rotated(1)).size(), 1000u);
  EXPECT_GT(Contents(Rotated(1)).size(), 500u);
}

// Whichever call fails, once or for a while: each document stands once and in order, in frames
// that are sound, and no range was released before its document was durable.
TEST_F(FileSinkZstdTest, KeepsOrderAndConfirmsOnlyWhatIsThereWhicheverCallFails) {
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 0; n < 60; ++n) {
      SCOPED_TRACE(testing::Message()
                   << "call " << n << (for_ever ? " and later" : "") << " fails");
      FreshSinkDir("file_sink_zstd");
      settled_.released.clear();
      const auto sink = MakeSink(80);
      for_ever ? disk_.FailFrom(n, EIO) : disk_.FailOnce(n, EIO);
      for (uint64_t document = 0; document < 20; ++document) {
        PayloadPtr payload = MakePayload(document, 1);
        while (!sink->TrySubmit(0, payload)) {
          disk_.Mend();
          PollLater(*sink);
        }
        PollNow(*sink);
        clock_.Advance(milliseconds(400));
      }
      disk_.Mend();
      for (int i = 0; i < 10; ++i) PollLater(*sink);
      ASSERT_EQ(AllLines(), LinesOf(0, 20));
      ASSERT_EQ(settled_.released, Numbers(0, 20));
      ASSERT_TRUE(sink->idle());
    }
  }
}

// The process dies at any call, with whatever it has written until then; the next one goes on from
// what was confirmed. Nothing confirmed is missing, and all of it can be read.
TEST_F(FileSinkZstdTest, HoldsWhatWasConfirmedAfterAKillAtAnyCall) {
  for (int64_t n = 0; n < 60; ++n) {
    SCOPED_TRACE(testing::Message() << "killed at call " << n);
    FreshSinkDir("file_sink_zstd");
    settled_.released.clear();
    {
      const auto sink = MakeSink(80);
      disk_.FailFrom(n, EIO);
      for (uint64_t document = 0; document < 8; ++document) {
        Submit(*sink, document, 1);
        PollNow(*sink);
        clock_.Advance(milliseconds(400));
      }
    }
    const uint64_t confirmed = settled_.released.size();
    ASSERT_EQ(settled_.released, Numbers(0, confirmed));
    disk_.Mend();
    const auto sink = MakeSink(80);
    PollNow(*sink);
    const std::string kept = AllLines();
    ASSERT_EQ(kept, LinesOf(0, static_cast<uint64_t>(std::count(kept.begin(), kept.end(), '\n'))));
    ASSERT_GE(kept.size(), LinesOf(0, confirmed).size());
    Submit(*sink, 100, 1);
    sink->Drain(clock_.Now());
    ASSERT_EQ(AllLines(), kept + LinesOf(100, 1));
  }
}

}  // namespace
}  // namespace tailrace
