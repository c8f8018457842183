#include "agent/base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <utility>

namespace tailrace {
namespace {

UniqueFd OpenNull() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool IsOpen(int fd) { return ::fcntl(fd, F_GETFD) != -1 || errno != EBADF; }

TEST(UniqueFd, ClosesWhatItOwnsAtTheEndOfItsLife) {
  int number = -1;
  {
    const UniqueFd fd = OpenNull();
    ASSERT_TRUE(fd.valid());
    number = fd.get();
    EXPECT_TRUE(IsOpen(number));
  }
  EXPECT_FALSE(IsOpen(number));
}

TEST(UniqueFd, MoveHandsTheDescriptorOnAndClosesTheOldOne) {
  UniqueFd from = OpenNull();
  UniqueFd to = OpenNull();
  const int moved = from.get();
  const int closed = to.get();
  to = std::move(from);
  EXPECT_EQ(to.get(), moved);
  EXPECT_FALSE(from.valid());
  EXPECT_TRUE(IsOpen(moved));
  EXPECT_FALSE(IsOpen(closed));
}

TEST(UniqueFd, ReleaseGivesUpOwnership) {
  UniqueFd fd = OpenNull();
  const int number = fd.release();
  EXPECT_FALSE(fd.valid());
  EXPECT_TRUE(IsOpen(number));
  fd.reset(number);
  fd.reset();
  EXPECT_FALSE(IsOpen(number));
}

}  // namespace
}  // namespace tailrace
