#include "agent/cli/memory_secrecy.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>

namespace tailrace {
namespace {

TEST(MemorySecrecy, IsSetAndCanBeTakenBack) {
  rlimit original{};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &original), 0);
  const rlimit before = ForbidCoreDumps();
  EXPECT_EQ(before.rlim_cur, original.rlim_cur);
  rlimit now{};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &now), 0);
  EXPECT_EQ(now.rlim_cur, 0U);
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
  AllowCoreDumps(before);
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &now), 0);
  EXPECT_EQ(now.rlim_cur, original.rlim_cur);
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 1);
}

}  // namespace
}  // namespace tailrace
