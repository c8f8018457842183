// A running agent holds passwords and keys in its memory, which a core dump would put on a disk.
//
// Threads    Call in main, before threads start.
#pragma once

#include <sys/resource.h>

namespace tailrace {

// No core dump is made of this process, neither as a file (RLIMIT_CORE) nor for a handler
// (PR_SET_DUMPABLE), and no other process of its user reads its memory; one with CAP_SYS_PTRACE
// still does. Returns the limit that was in force.
rlimit ForbidCoreDumps();

// Takes that back: for `agent.core_dumps: true`.
void AllowCoreDumps(const rlimit& limit);

}  // namespace tailrace
