#include "agent/cli/memory_secrecy.h"

#include <sys/prctl.h>

#include "agent/base/check.h"

namespace tailrace {

rlimit ForbidCoreDumps() {
  rlimit before{};
  CHECK(getrlimit(RLIMIT_CORE, &before) == 0);
  // The hard limit stays, so that AllowCoreDumps can come back to it.
  const rlimit none{0, before.rlim_max};
  CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
  // A handler that core_pattern pipes to is given a dump whatever the limit.
  CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
  return before;
}

void AllowCoreDumps(const rlimit& limit) {
  CHECK(setrlimit(RLIMIT_CORE, &limit) == 0);
  CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
}

}  // namespace tailrace
