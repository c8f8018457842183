#include "sinks/stdout_sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <termios.h>

#include <csignal>
#include <cstdlib>

#include "agent/base/unique_fd.h"
#include "sinks/pretty_document.h"
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

// Both ends of a terminal that passes bytes on as they are.
struct Terminal {
  Terminal() {
    master.reset(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    EXPECT_EQ(grantpt(master.get()), 0);
    EXPECT_EQ(unlockpt(master.get()), 0);
    slave.reset(open(ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    EXPECT_EQ(tcgetattr(slave.get(), &settings), 0);
    cfmakeraw(&settings);
    EXPECT_EQ(tcsetattr(slave.get(), TCSANOW, &settings), 0);
  }
  std::string Read() const {
    std::string bytes(1 << 16, '\0');
    const ssize_t size = read(master.get(), bytes.data(), bytes.size());
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return bytes;
  }

  UniqueFd master;
  UniqueFd slave;
};

TEST_F(StdoutSinkTest, WritesForPeopleInATerminal) {
  const Terminal terminal;
  StdoutSink sink(terminal.slave.get(), links(), settled_.Into());
  Submit(sink, 0, 2);
  while (!sink.idle()) PollNow(sink);
  const std::string shown = terminal.Read();
  EXPECT_EQ(shown,
            "{\n  \x1b[34m\"n\"\x1b[0m: \x1b[33m0\x1b[0m\n}\n"
            "{\n  \x1b[34m\"n\"\x1b[0m: \x1b[33m1\x1b[0m\n}\n");
  EXPECT_EQ(settled_.released, Numbers(0, 2));
  EXPECT_EQ(counters_.requests.value(), 1u);
  EXPECT_EQ(counters_.wire_bytes.value(), shown.size());
}

TEST_F(StdoutSinkTest, GoesOnWhereATerminalHasStopped) {
  const Terminal terminal;
  StdoutSink sink(terminal.slave.get(), links(), settled_.Into());
  constexpr uint64_t kDocuments = 2000;  // More than a terminal holds.
  Submit(sink, 0, kDocuments);
  PollNow(sink);
  EXPECT_FALSE(sink.idle());
  std::string expected, shown;
  for (uint64_t n = 0; n < kDocuments; ++n) AppendPretty(LinesOf(n, 1), expected);
  while (shown.size() < expected.size()) {
    shown += terminal.Read();
    PollNow(sink);
  }
  EXPECT_EQ(shown, expected);
  EXPECT_TRUE(sink.idle());
  EXPECT_EQ(settled_.released, Numbers(0, kDocuments));
}

}  // namespace
}  // namespace tailrace
