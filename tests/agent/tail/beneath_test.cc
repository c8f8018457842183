#include "agent/tail/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

struct Attempt {
  std::string name;  // What is opened, below the root.
  OpenRefusal refusal;
};

class BeneathTest : public testing::TestWithParam<BeneathMethod> {
 protected:
  BeneathTest() {
    std::string pattern = testing::TempDir() + "beneath_XXXXXX";
    dir_ = mkdtemp(pattern.data());
    for (const char* name :
         {"root/pod/c", "root/other/c", "secret/deep", "allowed/id", "allowed2"}) {
      fs::create_directories(dir_ + "/" + name);
    }
    Write("secret/key.log", "SECRET\n");
    Write("secret/deep/key.log", "SECRET\n");
    Write("root/other/c/0.log", "OTHER TENANT\n");
    Write("allowed/id/x-json.log", "docker\n");
    Write("allowed2/x.log", "SECRET\n");
    Write("root/pod/c/0.log", "mine\n");
  }
  ~BeneathTest() override { fs::remove_all(dir_); }

  void Write(const std::string& name, const std::string& text) {
    const UniqueFd fd(open((dir_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void Link(const std::string& target, const std::string& name) {
    ASSERT_EQ(symlink(target.c_str(), (dir_ + "/root/" + name).c_str()), 0);
  }
  std::string Root(const std::string& name) const { return dir_ + "/root/" + name; }

  std::string dir_;
};

TEST_P(BeneathTest, OpensWhatIsThereAndWhatAnAllowedLinkLeadsTo) {
  const Beneath beneath(dir_ + "/root", {dir_ + "/allowed"}, GetParam());
  EXPECT_TRUE(beneath.OpenLog(Root("pod/c/0.log")).ok());
  Link(dir_ + "/allowed/id/x-json.log", "pod/c/1.log");
  const OpenedLog linked = beneath.OpenLog(Root("pod/c/1.log"));
  EXPECT_TRUE(linked.ok());
  EXPECT_EQ(linked.target, dir_ + "/allowed/id/x-json.log");
  EXPECT_TRUE(beneath.OpenDirectory(Root("pod/c")).valid());
  EXPECT_EQ(beneath.OpenLog(Root("pod/c/none.log")).refusal, OpenRefusal::kMissing);
}

TEST_P(BeneathTest, TwentyWaysOutAreRefused) {
  const Beneath beneath(dir_ + "/root", {dir_ + "/allowed"}, GetParam());
  Link(dir_ + "/secret/key.log", "pod/c/absolute.log");
  Link("../../../secret/key.log", "pod/c/relative.log");
  Link("../../other/c/0.log", "pod/c/neighbour.log");
  Link("/proc/self/root" + dir_ + "/secret/key.log", "pod/c/magic.log");
  Link("/proc/self/cwd", "pod/c/cwd.log");
  Link("/etc/passwd", "pod/c/passwd.log");
  Link(dir_ + "/secret", "pod/dir");
  Link("../other", "pod/sibling");
  Link("../../secret", "pod/up");
  Link("/proc/self/root", "pod/rootfs");
  Link(dir_ + "/allowed/../secret/key.log", "pod/c/dots.log");
  Link(dir_ + "/allowed2/x.log", "pod/c/prefix.log");
  Link(dir_ + "/allowed/out/key.log", "pod/c/second.log");
  ASSERT_EQ(symlink((dir_ + "/secret").c_str(), (dir_ + "/allowed/out").c_str()), 0);
  ASSERT_EQ(symlink((dir_ + "/secret/key.log").c_str(), (dir_ + "/allowed/key.log").c_str()), 0);
  Link(dir_ + "/allowed/key.log", "pod/c/chain.log");
  Link("loop.log", "pod/c/loop.log");
  Link("0.log", "pod/c/same.log");
  Link(dir_ + "/allowed", "pod/c/directory.log");
  ASSERT_EQ(mkfifo(Root("pod/c/fifo.log").c_str(), 0600), 0);
  fs::create_directories(Root("pod/c/dir.log"));
  const UniqueFd socket_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A socket's path is short: bound from within the directory by a short link of our own.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = Root("pod/c/s.log");
  const bool bound = socket_path.size() < sizeof(address.sun_path);
  if (bound) {
    socket_path.copy(address.sun_path, socket_path.size());
    ASSERT_EQ(bind(socket_fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  const char* const attempts[] = {
      "pod/c/absolute.log",   "pod/c/relative.log",  "pod/c/neighbour.log",
      "pod/c/magic.log",      "pod/c/cwd.log",       "pod/c/passwd.log",
      "pod/dir/key.log",      "pod/sibling/c/0.log", "pod/up/key.log",
      "pod/rootfs/etc/hosts", "pod/c/dots.log",      "pod/c/prefix.log",
      "pod/c/second.log",     "pod/c/chain.log",     "pod/c/loop.log",
      "pod/c/same.log",       "pod/c/directory.log", "pod/c/fifo.log",
      "pod/c/dir.log",        "../secret/key.log",   "pod/../../secret/key.log",
      "./pod/c/0.log",        "pod//c/0.log",        "pod/c/s.log"};
  for (const char* attempt : attempts) {
    const OpenedLog opened = beneath.OpenLog(Root(attempt));
    EXPECT_FALSE(opened.ok()) << attempt;
    if (bound || std::string(attempt) != "pod/c/s.log") {
      EXPECT_NE(opened.refusal, OpenRefusal::kMissing) << attempt;
    }
  }
  EXPECT_FALSE(beneath.OpenLog("/etc/passwd").ok());
  EXPECT_FALSE(beneath.OpenLog(dir_ + "/root2/x.log").ok());
  EXPECT_FALSE(beneath.OpenDirectory(Root("pod/dir")).valid());
  EXPECT_FALSE(beneath.OpenDirectory(Root("pod/rootfs")).valid());
}

INSTANTIATE_TEST_SUITE_P(Methods, BeneathTest,
                         testing::Values(BeneathMethod::kOpenat2, BeneathMethod::kComponents));

// Through the whole reader: not one foreign byte, and the reasons are counted.
TEST(ReaderLinks, NoLinkMakesTheReaderShipAnythingElse) {
  TailHarness tail;
  TailHarness secret;
  secret.Append("key.log", "SECRET\n");
  tail.UsePods();
  tail.Append("ns_a_uid/c/0.log", CriLine(1, "mine"));
  tail.Append("ns_b_uid/c/0.log", CriLine(2, "theirs"));
  const auto link = [&](const std::string& target, const std::string& name) {
    ASSERT_EQ(symlink(target.c_str(), tail.Path(name).c_str()), 0);
  };
  link(secret.Path("key.log"), "ns_a_uid/c/1.log");
  link("../../ns_b_uid/c/0.log", "ns_a_uid/c/2.log");
  link(secret.dir(), "ns_a_uid/d");
  link("ns_b_uid", "ns_x_uid");
  tail.Start();
  tail.Settle();
  // Swapped while it is tailed.
  tail.Remove("ns_a_uid/c/0.log");
  link(secret.Path("key.log"), "ns_a_uid/c/0.log");
  tail.Advance(seconds(5));
  ASSERT_EQ(tail.files().size(), 2u);
  for (const auto& [id, file] : tail.files()) {
    EXPECT_EQ(file.content.find("SECRET"), std::string::npos);
    EXPECT_EQ(file.stream->pod.pod, file.content.find("mine") != std::string::npos ? "a" : "b");
  }
  EXPECT_GE(tail.CounterValue("tailrace_tail_opens_refused_total", "link"), 3u);
}

TEST(ReaderLinks, ALogOfDockerIsFollowedThroughItsRotations) {
  TailHarness tail;
  TailHarness docker;
  tail.UsePods();
  tail.options.sources[0].allow_targets = {docker.dir()};
  const std::string first =
      "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05Z\"}\n";
  const std::string second =
      "{\"log\":\"two\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:06Z\"}\n";
  docker.Append("id/id-json.log", first);
  fs::create_directories(tail.Path("ns_a_uid/c"));
  ASSERT_EQ(symlink(docker.Path("id/id-json.log").c_str(), tail.Path("ns_a_uid/c/0.log").c_str()),
            0);
  tail.Start();
  tail.Settle();
  docker.Append("id/id-json.log", first);
  docker.Rename("id/id-json.log", "id/id-json.log.1");
  docker.Append("id/id-json.log", second);
  tail.Advance(seconds(5));
  EXPECT_EQ(tail.ContentOf("ns_a_uid/c/0.log"), first + first + second);
  for (const auto& [id, file] : tail.files()) {
    EXPECT_EQ(file.stream->format, FileFormat::kDocker);
    // 2026-01-02 is day 20455.
    EXPECT_EQ(file.stream->key.bytes[0] << 8 | file.stream->key.bytes[1], 20455);
  }
}

}  // namespace
}  // namespace tailrace
