#include "sinks/stdout_sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <csignal>

#include "agent/base/unique_fd.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

class StdoutSinkTest : public LocalSinkTest {
 protected:
  StdoutSinkTest() {
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    reader_.reset(ends[0]);
    writer_.reset(ends[1]);
  }
  // One read of what stands in the pipe, which must not be empty.
  std::string Read() {
    std::string bytes(1 << 20, '\0');
    const ssize_t size = read(reader_.get(), bytes.data(), bytes.size());
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return bytes;
  }

  UniqueFd reader_;
  UniqueFd writer_;
};

TEST_F(StdoutSinkTest, WritesInOrderAndSettlesWhatThePipeTook) {
  StdoutSink sink(writer_.get(), links(), settled_.Into());
  Submit(sink, 0, 2);
  Submit(sink, 2, 2);
  EXPECT_TRUE(settled_.released.empty());
  PollNow(sink);
  EXPECT_EQ(Read(), LinesOf(0, 4));
  EXPECT_EQ(settled_.released, Numbers(0, 4));
  EXPECT_EQ(settled_.recycled, 2u);
  EXPECT_EQ(counters_.delivered.value(), 4u);
  EXPECT_EQ(counters_.wire_bytes.value(), LinesOf(0, 4).size());
  EXPECT_TRUE(sink.idle());
}

TEST_F(StdoutSinkTest, WaitsForAReaderWithoutHoldingItsLaneUp) {
  StdoutSink sink(writer_.get(), links(), settled_.Into());
  constexpr uint64_t kDocuments = 50'000;  // Far more than a pipe holds.
  Submit(sink, 0, kDocuments);
  std::string bytes;
  int polls = 0;
  for (; !sink.idle(); ++polls) {
    PollNow(sink);
    if (!sink.idle()) {
      EXPECT_TRUE(settled_.released.empty());
    }
    bytes += Read();
  }
  EXPECT_GT(polls, 2);
  while (bytes.size() < LinesOf(0, kDocuments).size()) bytes += Read();
  EXPECT_EQ(bytes, LinesOf(0, kDocuments));
  EXPECT_EQ(settled_.released.size(), kDocuments);
}

TEST_F(StdoutSinkTest, ReturnsWhenItIsWokenWhileNobodyReads) {
  const UniqueFd wake(eventfd(1, EFD_CLOEXEC));
  LocalSinkLinks links_with_wake = links();
  links_with_wake.wake_fd = wake.get();
  StdoutSink sink(writer_.get(), links_with_wake, settled_.Into());
  sink.Poll(std::chrono::hours(1));  // Nothing to do.
  Submit(sink, 0, 50'000);
  sink.Poll(std::chrono::hours(1));
  EXPECT_FALSE(sink.idle());
  EXPECT_EQ(sink.down_reason(), "");
}

TEST_F(StdoutSinkTest, IsDownWhenTheReaderIsGone) {
  StdoutSink sink(writer_.get(), links(), settled_.Into());
  Submit(sink, 0, 1);
  reader_.reset();
  PollNow(sink);
  EXPECT_THAT(sink.down_reason(), testing::HasSubstr("EPIPE"));
  EXPECT_TRUE(settled_.released.empty());
  sink.Drain(clock_.Now());
  EXPECT_FALSE(sink.idle());
  PayloadPtr payload = MakePayload(1, 1);
  EXPECT_FALSE(sink.TrySubmit(0, payload));
}

TEST_F(StdoutSinkTest, GoesOnWhereAFullDiskStoppedIt) {
  const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  const std::string path = FreshSinkDir("stdout") + "/out";
  const UniqueFd target(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const UniqueFd fd(dup(full.get()));
  StdoutSink sink(fd.get(), links(), settled_.Into());
  Submit(sink, 0, 3);
  PollNow(sink);
  EXPECT_THAT(sink.down_reason(), testing::HasSubstr("ENOSPC"));
  PollNow(sink);  // Not due again yet.
  ASSERT_GE(dup2(target.get(), fd.get()), 0);
  clock_.Advance(std::chrono::seconds(30));
  PollNow(sink);
  EXPECT_EQ(sink.down_reason(), "");
  EXPECT_EQ(Contents(path), LinesOf(0, 3));
  EXPECT_EQ(settled_.released, Numbers(0, 3));
}

TEST_F(StdoutSinkTest, WritesAWholePayloadToARegularFile) {
  const std::string path = FreshSinkDir("stdout_file") + "/out";
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  StdoutSink sink(fd.get(), links(), settled_.Into());
  Submit(sink, 0, 10'000);
  sink.Drain(clock_.Now());
  EXPECT_EQ(Contents(path), LinesOf(0, 10'000));
  EXPECT_EQ(settled_.released.size(), 10'000u);
}

}  // namespace
}  // namespace tailrace
