#include "sinks/dead_letter_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "tests/sinks/faulty_disk.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

using testing::HasSubstr;

class DeadLetterSinkTest : public LocalSinkTest {
 protected:
  DeadLetterSink MakeSink(int64_t max_size_bytes = 1 << 20, WhenFull when_full = WhenFull::kWait) {
    std::vector<DeadLetterFile> files;
    for (const char* name : {"es", "kafka"}) {
      files.push_back({name, {Path(name), max_size_bytes, when_full}, &counters_});
    }
    return DeadLetterSink(std::move(files), -1, clock_, settled_.Into(), disk_.ops());
  }
  std::string Path(const std::string& sink) const { return dir_ + "/letters/" + sink + ".ndjson"; }
  void Retry(DeadLetterSink& sink) {
    clock_.Advance(std::chrono::seconds(30));
    PollNow(sink);
  }

  FaultyDisk disk_;
  const std::string dir_ = FreshSinkDir("dead_letters");
};

TEST_F(DeadLetterSinkTest, WritesEachSinksLettersToItsOwnFileAndThenReleasesThem) {
  DeadLetterSink sink = MakeSink();
  PollNow(sink);
  EXPECT_FALSE(std::filesystem::exists(Path("es")));  // No file without a letter.
  Submit(sink, 0, 2, 0);
  Submit(sink, 2, 1, 1);
  Submit(sink, 3, 1, 0);
  EXPECT_TRUE(settled_.released.empty());
  PollNow(sink);
  EXPECT_EQ(Contents(Path("es")), LinesOf(0, 2) + LinesOf(3, 1));
  EXPECT_EQ(Contents(Path("kafka")), LinesOf(2, 1));
  EXPECT_THAT(settled_.released, testing::UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_EQ(settled_.recycled, 3u);
  EXPECT_EQ(settled_.delivered, 4u);
  EXPECT_EQ(counters_.delivered.value(), 0u);  // The sink itself did not take them.
  EXPECT_TRUE(sink.idle());
  struct stat found {};
  ASSERT_EQ(stat(Path("es").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((dir_ + "/letters").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST_F(DeadLetterSinkTest, ReleasesNothingBeforeItsSync) {
  DeadLetterSink sink = MakeSink();
  Submit(sink, 0, 2);
  disk_.FailAll(DiskStep::kDataSync, EIO);
  PollNow(sink);
  EXPECT_TRUE(settled_.released.empty());
  EXPECT_EQ(settled_.recycled, 0u);
  EXPECT_THAT(sink.down_reason(), HasSubstr("dead letters of sink es"));
  disk_.Mend();
  Retry(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 2));
  EXPECT_EQ(Contents(Path("es")), LinesOf(0, 2));
  EXPECT_EQ(sink.down_reason(), "");
}

TEST_F(DeadLetterSinkTest, ReleasesNothingBeforeTheNamesOfItsFolderAndFileAreDurable) {
  DeadLetterSink sink = MakeSink();
  Submit(sink, 0, 1);
  disk_.FailAll(DiskStep::kSync, EIO);
  for (int i = 0; i < 3; ++i) Retry(sink);
  EXPECT_TRUE(settled_.released.empty());
  disk_.Mend();
  Retry(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 1));
  EXPECT_EQ(disk_.CountOf(DiskStep::kSync), 5);  // Three that failed, the folder, the file.
}

TEST_F(DeadLetterSinkTest, WritesAnewWhatTheDiskHasLost) {
  DeadLetterSink sink = MakeSink();
  Submit(sink, 0, 2);
  disk_.FailAll(DiskStep::kDataSync, EIO);
  PollNow(sink);
  disk_.Mend();
  std::string bytes = Contents(Path("es"));
  bytes[2] = '\0';
  SetContents(Path("es"), bytes);
  Retry(sink);
  EXPECT_TRUE(settled_.released.empty());
  Retry(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 2));
  EXPECT_EQ(Contents(Path("es")), LinesOf(0, 2));
}

TEST_F(DeadLetterSinkTest, CutsTornLinesAtItsStart) {
  std::filesystem::create_directories(dir_ + "/letters");
  SetContents(Path("es"), "{\"a\":1}\n{\"b");
  DeadLetterSink sink = MakeSink();
  PollNow(sink);
  EXPECT_EQ(Contents(Path("es")), "{\"a\":1}\n");
}

TEST_F(DeadLetterSinkTest, WaitsWithAFullFileAndHoldsUpNoOtherSink) {
  DeadLetterSink sink = MakeSink(20);
  Submit(sink, 0, 2);  // 16 bytes.
  PollNow(sink);
  Submit(sink, 2, 1);
  Submit(sink, 3, 1, 1);
  PollNow(sink);
  EXPECT_EQ(settled_.released, (std::vector<uint64_t>{0, 1, 3}));
  EXPECT_THAT(sink.down_reason(), HasSubstr("has reached its max_size"));
  for (int i = 0; i < 10; ++i) Retry(sink);
  EXPECT_EQ(Contents(Path("es")), LinesOf(0, 2));
  EXPECT_FALSE(sink.idle());
  EXPECT_EQ(settled_.dropped, 0u);
  std::filesystem::rename(Path("es"), Path("es") + ".seen");
  Retry(sink);
  EXPECT_EQ(Contents(Path("es")), LinesOf(2, 1));
  EXPECT_EQ(settled_.released, (std::vector<uint64_t>{0, 1, 3, 2}));
  EXPECT_EQ(sink.down_reason(), "");
}

TEST_F(DeadLetterSinkTest, DropsAndCountsWithAFullFileWhenToldTo) {
  DeadLetterSink sink = MakeSink(20, WhenFull::kDrop);
  Submit(sink, 0, 2);
  PollNow(sink);
  Submit(sink, 2, 3);
  Submit(sink, 5, 1);
  PollNow(sink);
  EXPECT_EQ(Contents(Path("es")), LinesOf(0, 2));
  EXPECT_EQ(settled_.released, Numbers(0, 6));
  EXPECT_EQ(settled_.delivered, 2u);
  EXPECT_EQ(settled_.dropped, 4u);
  EXPECT_EQ(settled_.recycled, 3u);
  EXPECT_EQ(counters_.dead_letters_dropped.value(), 4u);
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(sink.down_reason(), "");
}

TEST_F(DeadLetterSinkTest, TakesAFirstPayloadThatIsLargerThanItsBound) {
  DeadLetterSink sink = MakeSink(20);
  Submit(sink, 0, 100);
  PollNow(sink);
  EXPECT_EQ(settled_.released, Numbers(0, 100));
}

TEST_F(DeadLetterSinkTest, BoundsTheQueueOfEachSink) {
  DeadLetterSink sink = MakeSink();
  for (uint64_t n = 0; n < DeadLetterSink::kQueueMax; ++n) Submit(sink, n, 1);
  PayloadPtr payload = MakePayload(5000, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
  EXPECT_NE(payload, nullptr);
  Submit(sink, 6000, 1, 1);
}

TEST_F(DeadLetterSinkTest, DrainSettlesAtOnceWhatItCanAndDoesNotWaitForTheRest) {
  DeadLetterSink sink = MakeSink(20);
  Submit(sink, 0, 2);
  Submit(sink, 2, 1);
  Submit(sink, 3, 1, 1);
  sink.Drain(clock_.Now());
  EXPECT_EQ(settled_.released, (std::vector<uint64_t>{0, 1, 3}));
  EXPECT_FALSE(sink.idle());
  PayloadPtr payload = MakePayload(9, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
}

TEST_F(DeadLetterSinkTest, ReleasesEachLetterOnceItStandsInItsFileWhicheverCallFails) {
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 0; n < 30; ++n) {
      SCOPED_TRACE(testing::Message()
                   << "call " << n << (for_ever ? " and later" : "") << " fails");
      FreshSinkDir("dead_letters");
      settled_.released.clear();
      DeadLetterSink sink = MakeSink();
      for_ever ? disk_.FailFrom(n, EIO) : disk_.FailOnce(n, EIO);
      for (uint64_t letter = 0; letter < 10; ++letter) {
        Submit(sink, letter, 1);
        PollNow(sink);
        const std::string there = Contents(Path("es"));
        for (const uint64_t released : settled_.released) {
          ASSERT_NE(there.find(LinesOf(released, 1)), std::string::npos);
        }
        clock_.Advance(std::chrono::milliseconds(500));
      }
      disk_.Mend();
      Retry(sink);
      Retry(sink);
      ASSERT_EQ(Contents(Path("es")), LinesOf(0, 10));
      ASSERT_EQ(settled_.released, Numbers(0, 10));
    }
  }
}

}  // namespace
}  // namespace tailrace
