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

}  // namespace

int AutoWorkerCount(const std::string& cgroup_root) {
  int count = kWorkersMax;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    count = std::min(count, CPU_COUNT(&allowed));
  }
  std::optional<double> quota = QuotaV2(cgroup_root);
  if (!quota) quota = QuotaV1(cgroup_root);
  if (quota) count = std::min(count, static_cast<int>(std::ceil(*quota)));
  return std::max(count, 1);
}

}  // namespace tailrace
