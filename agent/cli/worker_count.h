// How many workers `workers: auto` means: max(1, min(CPU quota of the cgroup rounded up, CPUs that
// this process may run on, 4)).
//
// Threads    Any; reads /sys/fs/cgroup and the affinity mask.
#pragma once

#include <string>

namespace tailrace {

// `cgroup_root` is /sys/fs/cgroup; a parameter for tests.
int AutoWorkerCount(const std::string& cgroup_root = "/sys/fs/cgroup");

}  // namespace tailrace
