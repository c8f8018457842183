#include "agent/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tailrace {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: CHECK(%s) failed\n", file, line, condition);
  std::abort();
}

}  // namespace tailrace
