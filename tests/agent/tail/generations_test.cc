// Ten thousand generations of one log, each of which may have the inode number of the one before.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Each generation is seen by at least one step.
void DeleteAndCreate(const std::string& root, int generations) {
  TailHarness tail(root);
  tail.Append("a.log", Lines("g0", 0, 1));
  tail.Start();
  tail.Settle();
  std::string all = Lines("g0", 0, 1);
  for (int i = 1; i < generations; ++i) {
    tail.Remove("a.log");
    // Smaller and larger than the one before.
    const std::string text = Lines("g" + std::to_string(i), 0, 1 + i * 7 % 5);
    tail.Append("a.log", text);
    all += text;
    for (int step = 0; step < 3; ++step) {
      tail.clock.Advance(milliseconds(10));
      tail.Step();
    }
  }
  tail.Advance(seconds(2));
  EXPECT_EQ(tail.ContentOf("a.log"), all);
}

TEST(Generations, TenThousandByDeleteAndCreateOnDisk) { DeleteAndCreate("", 10'000); }
TEST(Generations, TenThousandByDeleteAndCreateOnTmpfs) {
  if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "no /dev/shm";
  DeleteAndCreate("/dev/shm", 10'000);
}

}  // namespace
}  // namespace tailrace
