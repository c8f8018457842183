// How many workers `workers: auto` means: max(1, min(CPU quota of the cgroup rounded up, CPUs that
// this process may run on, 4)).
//
// Threads    Any; reads /sys/fs/cgroup, /proc/self/cgroup and the affinity mask.
#pragma once

#include <string>

namespace tailrace {

// The parameters are for tests.
int AutoWorkerCount(const std::string& cgroup_root = "/sys/fs/cgroup",
                    const std::string& own_cgroup = "/proc/self/cgroup");

}  // namespace tailrace
