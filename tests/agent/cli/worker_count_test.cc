#include "agent/cli/worker_count.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace tailrace {
namespace {

// `cpu_max` is the quota of `group`, which is that of this process.
int Count(std::optional<std::string> cpu_max, const std::string& group = "/") {
  const std::string root = testing::TempDir() + "worker_count_cgroup";
  std::filesystem::remove_all(root);
  std::filesystem::create_directories(root + group);
  if (cpu_max) std::ofstream(root + group + "/cpu.max") << *cpu_max;
  std::ofstream(root + "/self") << "1:name=systemd:/x\n0::" << group << "/below\n";
  return AutoWorkerCount(root, root + "/self");
}

TEST(AutoWorkerCount, IsTheLeastOfQuotaAffinityAndFour) {
  cpu_set_t cpus;
  ASSERT_EQ(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
  const int most = std::clamp(CPU_COUNT(&cpus), 1, 4);
  const struct {
    std::optional<std::string> cpu_max;
    int quota;
  } cases[] = {
      {std::nullopt, 4},
      {"max 100000\n", 4},
      {"50000 100000\n", 1},
      {"100000 100000\n", 1},
      {"100001 100000\n", 2},
      {"900000 100000\n", 4},
      {"", 4},
      {"nonsense\n", 4},
      {"100000 0\n", 4},
  };
  for (const auto& c : cases) {
    const int expected = std::min(most, c.quota);
    EXPECT_EQ(Count(c.cpu_max), expected) << c.cpu_max.value_or("no file");
    EXPECT_EQ(Count(c.cpu_max, "/system.slice/tailrace.service"), expected);
  }
}

}  // namespace
}  // namespace tailrace
