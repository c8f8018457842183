#include "agent/state/state_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/agent/state/store_fixture.h"

namespace tailrace {
namespace {

TEST(StateLock, MakesTheDirectoryAndNamesItsHolder) {
  const std::string dir = FreshDir("lock_holder") + "/deep";
  const auto lock = StateLock::Acquire(dir);
  ASSERT_TRUE(lock.ok()) << lock.status();
  std::string text;
  std::getline(std::ifstream(dir + "/lock"), text);
  EXPECT_EQ(text, std::to_string(getpid()));
}

TEST(StateLock, RefusesASecondHolderAndNamesTheFirst) {
  const std::string dir = FreshDir("lock_second");
  const auto first = StateLock::Acquire(dir);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = StateLock::Acquire(dir);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(second.status().ToString(),
              testing::HasSubstr("in use by process " + std::to_string(getpid())));
}

TEST(StateLock, IsFreeAgainAfterItsHolderEnds) {
  const std::string dir = FreshDir("lock_free");
  { ASSERT_TRUE(StateLock::Acquire(dir).ok()); }
  EXPECT_TRUE(StateLock::Acquire(dir).ok());
}

TEST(StateLock, IsFreeAgainAfterItsHolderWasKilled) {
  const std::string dir = FreshDir("lock_killed");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto lock = StateLock::Acquire(dir);
    const char answer = lock.ok() ? 'y' : 'n';
    if (write(pipe_ends[1], &answer, 1) == 1) pause();
    _exit(1);
  }
  char answer = 0;
  ASSERT_EQ(read(pipe_ends[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_THAT(StateLock::Acquire(dir).status().ToString(),
              testing::HasSubstr("in use by process " + std::to_string(child)));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(StateLock::Acquire(dir).ok());
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(StateLock, CopesWithWhateverStandsInItsFile) {
  for (const std::string& text :
       {std::string(), std::string("no number\n"), std::string(4096, '9'), std::string(64, '\0')}) {
    const std::string dir = FreshDir("lock_text");
    ASSERT_TRUE(std::filesystem::create_directories(dir));
    std::ofstream(dir + "/lock") << text;
    EXPECT_TRUE(StateLock::Acquire(dir).ok());
  }
}

TEST(StateLock, SaysWhyADirectoryCannotBeUsed) {
  EXPECT_EQ(StateLock::Acquire("/proc/nowhere").status().code(), absl::StatusCode::kNotFound);
  const std::string dir = FreshDir("lock_link");
  ASSERT_TRUE(std::filesystem::create_directories(dir));
  std::filesystem::create_symlink("/etc/hostname", dir + "/lock");
  EXPECT_EQ(StateLock::Acquire(dir).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tailrace
