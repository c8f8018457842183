#include "agent/cli/worker_count.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>

namespace tailrace {
namespace {

constexpr int kWorkersMax = 4;

// CPUs, from `cpu.max` ("200000 100000", or "max 100000").
std::optional<double> QuotaV2(const std::string& root) {
  std::ifstream file(root + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> QuotaV1(const std::string& root) {
  std::ifstream quota_file(root + "/cpu/cpu.cfs_quota_us");
  std::ifstream period_file(root + "/cpu/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  if (quota <= 0 || period <= 0) return std::nullopt;  // -1: no limit.
  return quota / period;
}

// The cgroup of this process below the root of version 2: "0::/system.slice/tailrace.service".
std::string OwnGroup(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return "/";
}

// The smallest quota on the way from the group to the root. In a container the root is its own.
std::optional<double> SmallestQuota(const std::string& root, std::string group) {
  std::optional<double> smallest = QuotaV2(root);
  while (group.size() > 1) {
    const std::optional<double> quota = QuotaV2(root + group);
    if (quota && (!smallest || *quota < *smallest)) smallest = quota;
    group.resize(group.rfind('/'));
  }
  return smallest;
}

}  // namespace

int AutoWorkerCount(const std::string& cgroup_root, const std::string& own_cgroup) {
  int count = kWorkersMax;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    count = std::min(count, CPU_COUNT(&allowed));
  }
  std::optional<double> quota = SmallestQuota(cgroup_root, OwnGroup(own_cgroup));
  if (!quota) quota = QuotaV1(cgroup_root);
  if (quota) count = std::min(count, static_cast<int>(std::ceil(*quota)));
  return std::max(count, 1);
}

}  // namespace tailrace
