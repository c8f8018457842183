// When the reader relies on inotify's word, and when it looks for itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "agent/base/unique_fd.h"
#include "agent/tail/discovery.h"
#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Hints, AFileThatIsWrittenToIsReadSoonThoughItRestsForLong) {
  TailHarness tail;
  tail.options.sources[0].poll_interval = seconds(100);
  tail.Append("a.log", "0\n");
  tail.Start();
  tail.Settle();
  std::string all = "0\n";
  for (int i = 1; i < 20; ++i) {
    const std::string line = std::to_string(i) + "\n";
    tail.Append("a.log", line);
    all += line;
    tail.Advance(milliseconds(100));
    EXPECT_EQ(tail.ContentOf("a.log"), all);
  }
}

// inotify tells of a write under the name by which the file was opened.
TEST(Hints, WhatIsWrittenUnderAnotherNameIsPolledAtEachInterval) {
  TailHarness tail;
  tail.Append("a.log", "0\n");
  std::filesystem::create_hard_link(tail.Path("a.log"), tail.dir() + ".elsewhere");
  tail.Start();
  tail.Settle();
  const UniqueFd other(open((tail.dir() + ".elsewhere").c_str(), O_WRONLY | O_APPEND));
  std::filesystem::remove(tail.dir() + ".elsewhere");
  ASSERT_EQ(write(other.get(), "1\n", 2), 2);
  tail.Advance(seconds(4));
  ASSERT_EQ(tail.ContentOf("a.log"), "0\n1\n");
  std::string all = "0\n1\n";
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(write(other.get(), "more\n", 5), 5);
    all += "more\n";
    tail.Advance(milliseconds(1100));
    EXPECT_EQ(tail.ContentOf("a.log"), all) << i;
  }
}

TEST(Hints, ADirectoryWithTooManyWritesToHintAtIsPolled) {
  TailHarness tail;
  tail.options.sources[0].poll_interval = seconds(100);
  tail.Append("busy.log", "0\n");
  tail.Append("other.log", "0\n");
  tail.Start();
  tail.Settle();
  std::string busy = "0\n";
  for (uint32_t i = 0; i < 2 * kMuteWrites; ++i) {
    // Alternating, so that the kernel does not make one event of them.
    tail.Append("busy.log", "line\n");
    tail.Append("other.log", "x\n");
    busy += "line\n";
  }
  tail.Advance(seconds(1));
  EXPECT_EQ(tail.ContentOf("busy.log"), busy);
  tail.Append("busy.log", "last\n");
  tail.Advance(seconds(3));
  EXPECT_EQ(tail.ContentOf("busy.log"), busy + "last\n");
}

TEST(Slabs, AreGivenBackWhenTheyAreNoLongerNeeded) {
  TailHarness tail;
  tail.options.max_slabs = 16;
  tail.Append("a.log", Lines("a", 0, 500'000));
  tail.hold_slabs = true;
  tail.Start();
  tail.Settle();
  tail.Advance(seconds(2));
  const double held = tail.GaugeValue("tailrace_memory_bytes");
  EXPECT_GT(held, 4e6);
  tail.hold_slabs = false;
  tail.Advance(seconds(10));
  EXPECT_EQ(tail.ContentOf("a.log"), Lines("a", 0, 500'000));
  EXPECT_LT(tail.GaugeValue("tailrace_memory_bytes"), 6e5);
}

TEST(Lag, BeginsWhenAFileIsFound) {
  TailHarness tail;
  tail.clock.Advance(std::chrono::hours(5));
  tail.Append("a.log", Lines("a", 0, 3));
  tail.hold_slabs = true;
  tail.ring_slabs = 1;
  tail.Append("b.log", std::string(8 << 20, 'x') + "\n");
  tail.Start();
  tail.Advance(std::chrono::seconds(5));
  EXPECT_GT(tail.GaugeValue("tailrace_source_lag_bytes"), 0);
  EXPECT_GT(tail.GaugeValue("tailrace_source_lag_seconds"), 0);
  EXPECT_LT(tail.GaugeValue("tailrace_source_lag_seconds"), 60);
}

}  // namespace
}  // namespace tailrace
