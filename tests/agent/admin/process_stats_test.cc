#include "agent/admin/process_stats.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <vector>

#include "agent/base/unique_fd.h"

namespace tailrace {
namespace {

using testing::Ge;
using testing::Le;
using testing::Optional;

// A procfs of files that a test writes.
class FakeProcTest : public testing::Test {
 protected:
  FakeProcTest() {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ + "/self/fd");
  }
  ~FakeProcTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(root_ + "/" + name, std::ios::binary) << content;
  }

  const std::string root_ = testing::TempDir() + "proc." + std::to_string(getpid()) + "." +
                            testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST(ProcessStats, OfThisProcessAreThere) {
  const ProcessStats stats = ReadProcessStats();
  EXPECT_THAT(stats.resident_bytes, Optional(Ge(uint64_t{100'000})));
  EXPECT_THAT(stats.cpu_seconds, Optional(Ge(0.0)));
  const double now = static_cast<double>(std::time(nullptr));
  EXPECT_THAT(ReadProcessStartSeconds(), Optional(Ge(now - 86'400)));
  EXPECT_THAT(ReadProcessStartSeconds(), Optional(Le(now + 5)));
}

TEST(ProcessStats, EachOpenDescriptorCounts) {
  const std::optional<uint64_t> before = ReadProcessStats().open_fds;
  ASSERT_TRUE(before.has_value());
  std::vector<UniqueFd> fds;
  for (int i = 0; i < 500; ++i) fds.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_THAT(ReadProcessStats().open_fds, Optional(*before + 500));
  fds.clear();
  EXPECT_THAT(ReadProcessStats().open_fds, Optional(*before));
}

TEST_F(FakeProcTest, ResidentMemoryIsTheSecondFieldInPages) {
  const uint64_t page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const struct {
    const char* statm;
    std::optional<uint64_t> bytes;
  } cases[] = {
      {"1000 250 100 10 0 90 0\n", 250 * page},
      {"1000 250", 250 * page},
      {"1000\n", std::nullopt},
      {"1000 \n", std::nullopt},
      {"1000 -1 0\n", std::nullopt},
      {"1000 x 0\n", std::nullopt},
      {"1000 25x 0\n", std::nullopt},
      {"1000 99999999999999999999999 0\n", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) {
    Write("self/statm", c.statm);
    EXPECT_EQ(ReadProcessStats(root_).resident_bytes, c.bytes) << c.statm;
  }
}

TEST_F(FakeProcTest, StartIsTheBootAndTheTicksSinceIt) {
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  const std::string behind = " S 1 1 1 0 -1 4 0 0 0 0 7 8 0 0 20 0 3 0 5050 100 200\n";
  Write("stat", "cpu  1 2 3\nintr 1 2\nctxt 9\nbtime 1700000000\nprocesses 4\n");
  for (const char* name : {"(tailrace)", "(a b)", "(a) S 9 (b)", "())"}) {
    Write("self/stat", std::string("4711 ") + name + behind);
    EXPECT_EQ(ReadProcessStartSeconds(root_), 1700000000 + 5050 * tick) << name;
  }
  for (const char* line : {"", "4711 (tailrace", "4711 (tailrace) S 1 1", "4711 tailrace S\n"}) {
    Write("self/stat", line);
    EXPECT_EQ(ReadProcessStartSeconds(root_), std::nullopt) << line;
  }
  Write("self/stat", "4711 (tailrace)" + behind);
  for (const char* stat : {"", "cpu 1\n", "btime\n", "btime x\n", "nobtime 1700000000\n"}) {
    Write("stat", stat);
    EXPECT_EQ(ReadProcessStartSeconds(root_), std::nullopt) << stat;
  }
}

TEST(ProcessStats, WithoutProcfsOnlyCpuTimeIsThere) {
  const std::string nowhere = testing::TempDir() + "there-is-no-procfs-here";
  const ProcessStats stats = ReadProcessStats(nowhere);
  EXPECT_EQ(stats.resident_bytes, std::nullopt);
  EXPECT_EQ(stats.open_fds, std::nullopt);
  EXPECT_THAT(stats.cpu_seconds, Optional(Ge(0.0)));
  EXPECT_EQ(ReadProcessStartSeconds(nowhere), std::nullopt);
}

}  // namespace
}  // namespace tailrace
