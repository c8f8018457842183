// What is decided by names and by first bytes alone.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/unique_fd.h"
#include "agent/tail/glob.h"
#include "agent/tail/head_key.h"
#include "agent/tail/line_search.h"
#include "agent/tail/log_read.h"
#include "agent/tail/pod_path.h"
#include "agent/tail/rotation_name.h"
#include "agent/tail/tail_options.h"
#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

bool AnyMatches(const std::string& pattern, const std::string& path) {
  const auto globs = Glob::Parse(pattern);
  EXPECT_TRUE(globs.ok()) << pattern;
  for (const Glob& glob : *globs) {
    if (glob.Matches(path)) return true;
  }
  return false;
}

TEST(Glob, MatchesAsAShellDoes) {
  const struct {
    const char* pattern;
    const char* path;
    bool matches;
  } cases[] = {
      {"/var/log/*.log", "/var/log/a.log", true},
      {"/var/log/*.log", "/var/log/x/a.log", false},
      {"/var/log/*.log", "/var/log/.hidden.log", false},
      {"/var/log/.*.log", "/var/log/.hidden.log", true},
      {"/var/log/**/*.log", "/var/log/a.log", true},
      {"/var/log/**/*.log", "/var/log/x/y/z/a.log", true},
      {"/var/log/**/*.log", "/var/log/x/.git/a.log", false},
      {"/var/log/**", "/var/log/x/y", true},
      {"/var/**/log/**/a", "/var/x/log/y/z/a", true},
      {"/var/**/log/**/a", "/var/x/y/z/a", false},
      {"/a/?.log", "/a/b.log", true},
      {"/a/?.log", "/a/bb.log", false},
      {"/a/[a-c]x", "/a/bx", true},
      {"/a/[!a-c]x", "/a/bx", false},
      {"/a/[^a-c]x", "/a/dx", true},
      {"/a/[]x]", "/a/]", true},
      {"/a/[a-]", "/a/-", true},
      {"/a/[x", "/a/[x", true},
      {"/a/\\*", "/a/*", true},
      {"/a/\\*", "/a/b", false},
      {"/a/{b,c/d}.log", "/a/c/d.log", true},
      {"/a/{b,c/d}.log", "/a/b.log", true},
      {"/a/{b,{c,d}e}f", "/a/def", true},
      {"/a/{,x}y", "/a/y", true},
      {"/a/b.log", "/a/b.log", true},
      {"/a/b.log", "/a/b.logx", false},
      {"/*/*", "/a/b", true},
      {"/a*b*c*d", "/aXbXcXd", true},
      {"/a*b*c*d", "/aXbXcX", false},
      {"/*a*a*a*a*a*a*a*a*a*b", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac",
       false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(AnyMatches(c.pattern, c.path), c.matches) << c.pattern << " on " << c.path;
  }
}

TEST(Glob, OpensBeneathItsLongestFixedDirectory) {
  const auto root_of = [](const char* pattern) { return Glob::Parse(pattern)->front().root(); };
  EXPECT_EQ(root_of("/var/log/*.log"), "/var/log");
  EXPECT_EQ(root_of("/var/log/a.log"), "/var/log");
  EXPECT_EQ(root_of("/var/*/log/a.log"), "/var");
  EXPECT_EQ(root_of("/*.log"), "/");
}

TEST(Glob, RefusesWhatIsNoPattern) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/*";
  std::string wide = "/";
  for (int i = 0; i < 9; ++i) wide += "{a,b}";
  for (const std::string& pattern :
       {std::string("relative/*.log"), std::string(""), std::string("/var/log/"),
        std::string("/a/{b"), std::string("/a/../b"), std::string("/a/./b"), std::string("/"), deep,
        wide}) {
    EXPECT_EQ(Glob::Parse(pattern).status().code(), absl::StatusCode::kInvalidArgument) << pattern;
  }
}

TEST(PodPath, NamesAreReadFromTheRight) {
  const auto labels = ParsePodDirectory("kube-system_coredns-5d78c9869d-x2x_1234-56");
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(labels->name_space, "kube-system");
  EXPECT_EQ(labels->pod, "coredns-5d78c9869d-x2x");
  EXPECT_EQ(labels->uid, "1234-56");
  for (const char* name : {"", "_", "__", "a_b", "_b_c", "a__c", "a_b_", "a_b_c_d", "nothing"}) {
    EXPECT_FALSE(ParsePodDirectory(name).has_value()) << name;
  }
}

TEST(PodPath, TellsLiveRotatedAndCompressedLogs) {
  const auto rotated = ParsePodLogName("12.log.20260102-030405");
  ASSERT_TRUE(rotated.has_value());
  EXPECT_EQ(rotated->kind, PodLogKind::kRotated);
  EXPECT_EQ(rotated->restart_count, 12u);
  EXPECT_EQ(rotated->live_name, "12.log");
  EXPECT_EQ(rotated->rotation, "20260102-030405");
  EXPECT_EQ(ParsePodLogName("0.log.20260102-030405.gz")->kind, PodLogKind::kGzip);
  EXPECT_EQ(ParsePodLogName("0.log.20260102-030405.gz")->rotation, "20260102-030405");
  EXPECT_EQ(ParsePodLogName("0.log")->kind, PodLogKind::kLive);
  for (const char* name :
       {"", ".log", "a.log", "0", "0.logx", "0.log.", "0.log.20260102-030405.tmp", "0.log.gz.tmp",
        "0.log..gz", "99999999999.log", "-1.log", " 0.log"}) {
    EXPECT_FALSE(ParsePodLogName(name).has_value()) << name;
  }
}

TEST(RotationName, StripsWhatRotationAppends) {
  const struct {
    const char* path;
    const char* live;
  } cases[] = {
      {"/v/a.log", "/v/a.log"},
      {"/v/a.log.1", "/v/a.log"},
      {"/v/a.log.12.gz", "/v/a.log"},
      {"/v/a.log-20260102", "/v/a.log"},
      {"/v/a.log-20260102.gz", "/v/a.log"},
      {"/v/a.log.2026-01-02", "/v/a.log"},
      {"/v/a.log.2026-01-02-15", "/v/a.log"},
      {"/v/a.log.2026-01-02.3", "/v/a.log"},
      {"/v/a.log.20260102-030405", "/v/a.log"},
      {"/v/a.log.old", "/v/a.log"},
      {"/v/a-2026-01-02.log", "/v/a-2026-01-02.log"},
      {"/v/syslog.1", "/v/syslog"},
      {"/v/1", "/v/1"},
      {"/v/.1", "/v/.1"},
      {"/v/20260102", "/v/20260102"},
      {"/v/a.log.123456", "/v/a.log.123456"},
      {"/v/a_20260102.gz", "/v/a"},
      {"/v.1/a", "/v.1/a"},
      {"/v/host-19", "/v/host-19"},
  };
  for (const auto& c : cases) EXPECT_EQ(StripRotation(c.path), c.live) << c.path;
  EXPECT_EQ(RotationNumber("/v/a.log.12.gz"), 12u);
  EXPECT_EQ(RotationNumber("/v/a.log"), 0u);
}

TEST(HeadKey, DependsOnWhatNamesTheGenerationAndOnNothingElse) {
  const HeadKey keys("secret", "cluster", "node");
  PodLabels pod{"ns", "pod", "uid", "c", 0};
  const FileIdentity a{1, 2, 3, 0};
  const FileIdentity b{4, 5, 6, 7};
  const std::string head = CriLine(1, "first");
  const FileKey key = keys.Make(FileFormat::kCri, pod, a, head);
  EXPECT_EQ(keys.Make(FileFormat::kCri, pod, b, head), key);
  std::set<std::string> all;
  const auto add = [&](const FileKey& made) { all.emplace(made.bytes.begin(), made.bytes.end()); };
  add(key);
  pod.restart_count = 1;
  add(keys.Make(FileFormat::kCri, pod, a, head));
  add(keys.Make(FileFormat::kCri, pod, a, CriLine(2, "first")));
  add(keys.Make(FileFormat::kRaw, {}, a, head));
  add(keys.Make(FileFormat::kRaw, {}, b, head));
  FileIdentity next = a;
  next.generation = 1;
  add(keys.Make(FileFormat::kRaw, {}, next, head));
  add(HeadKey("other", "cluster", "node").Make(FileFormat::kRaw, {}, a, head));
  add(HeadKey("secret", "cluster2", "node").Make(FileFormat::kRaw, {}, a, head));
  EXPECT_EQ(all.size(), 8u);
}

TEST(HeadKey, TheDayIsThatOfTheFirstRecord) {
  const HeadKey keys("secret", "", "node");
  const auto day = [&](FileFormat format, const std::string& head) {
    const FileIdentity identity{1, 2, int64_t{100} * 86'400 * 1'000'000'000, 0};
    const FileKey key = keys.Make(format, {}, identity, head);
    return key.bytes[0] << 8 | key.bytes[1];
  };
  EXPECT_EQ(day(FileFormat::kCri, "1970-01-02T00:00:00Z stdout F x\n"), 1);
  EXPECT_EQ(day(FileFormat::kCri, "2026-01-02T00:00:00Z stdout F x\n"), 20455);
  EXPECT_EQ(day(FileFormat::kDocker,
                "{\"log\":\"\\\"time\\\":\\\"1999-01-01\",\"time\":\"2026-01-02T\"}"),
            20455);
  EXPECT_EQ(day(FileFormat::kRaw, "2026-01-02 x\n"), 100);
  for (const char* head : {"", "2026", "2026-13-01T", "2026-02-30T", "x026-01-01T", "0000-00-00"}) {
    EXPECT_EQ(day(FileFormat::kCri, head), 0) << head;
    EXPECT_EQ(day(FileFormat::kDocker, head), 0) << head;
  }
}

TEST(HeadKey, TheHeadIsTheFirstLineOrItsFirstKilobyte) {
  EXPECT_EQ(HeadOf("one\ntwo\n"), "one\n");
  EXPECT_EQ(HeadOf("one"), "one");
  EXPECT_FALSE(HeadIsComplete("one"));
  EXPECT_TRUE(HeadIsComplete("one\n"));
  const std::string line(3000, 'x');
  EXPECT_EQ(HeadOf(line).size(), kHeadBytesMax);
  EXPECT_TRUE(HeadIsComplete(HeadOf(line)));
}

TEST(LineSearch, ReadsTimesOfCriLines) {
  EXPECT_EQ(CriTimeNanos("1970-01-01T00:00:01.5Z stdout F x"), 1'500'000'000);
  EXPECT_EQ(CriTimeNanos("1970-01-01T02:00:00.000000001+02:00 stdout F x"), 1);
  EXPECT_EQ(CriTimeNanos("1970-01-01T00:00:00-01:30 stdout F x"), int64_t{5400} * 1'000'000'000);
  for (const char* text :
       {"", "x", "1970-01-01T00:00:01", "1970-01-01 00:00:01Z x", "1970-99-01T00:00:01Z",
        "1970-01-01T00:00:01.5 x", "1970-01-01T0a:00:01Z"}) {
    EXPECT_FALSE(CriTimeNanos(text).has_value()) << text;
  }
}

class LineSearchFile : public testing::Test {
 protected:
  int Open(const std::string& text) {
    tail_.Write("x", text);
    fd_.reset(open(tail_.Path("x").c_str(), O_RDONLY | O_CLOEXEC));
    return fd_.get();
  }
  TailHarness tail_;
  UniqueFd fd_;
};

TEST_F(LineSearchFile, FindsTheFirstLineThatIsNotOlder) {
  std::string text;
  std::vector<int64_t> begins;
  for (int i = 0; i < 300; ++i) {
    begins.push_back(static_cast<int64_t>(text.size()));
    text += CriLine(i * 10, std::string(static_cast<size_t>(i % 7 * 400), 'x'));
    if (i % 11 == 0) text += "no time here\n";
  }
  const auto size = static_cast<int64_t>(text.size());
  const int fd = Open(text);
  const int64_t base = *CriTimeNanos(CriLine(0, ""));
  EXPECT_EQ(FirstLineSince(fd, size, base - 1), 0);
  EXPECT_EQ(FirstLineSince(fd, size, base + 3000), size);
  for (int i = 1; i < 300; ++i) {
    ASSERT_EQ(FirstLineSince(fd, size, base + i * 10), begins[static_cast<size_t>(i)]) << i;
    ASSERT_EQ(FirstLineSince(fd, size, base + i * 10 - 9), begins[static_cast<size_t>(i)]) << i;
  }
  EXPECT_EQ(FirstLineSince(Open(""), 0, base), 0);
  EXPECT_EQ(FirstLineSince(Open("none\nhas a time\n"), 16, base), 16);
}

TEST_F(LineSearchFile, FindsTheEndOfTheLastWholeLine) {
  EXPECT_EQ(EndOfLastLine(Open("one\ntwo"), 7, 1000), 4);
  EXPECT_EQ(EndOfLastLine(Open("one\n"), 4, 1000), 4);
  EXPECT_EQ(EndOfLastLine(Open("one"), 3, 1000), 0);
  EXPECT_EQ(EndOfLastLine(Open("one\n" + std::string(20'000, 'x')), 20'004, 1 << 20), 4);
  EXPECT_EQ(EndOfLastLine(Open("one\n" + std::string(20'000, 'x')), 20'004, 5000), 20'004);
}

TEST_F(LineSearchFile, TheLastLineOfWideUnitsBeginsAtAWholeOne) {
  const std::string le("\n\0", 2);
  const std::string be("\0\n", 2);
  const auto end = [this](const std::string& text, const std::string& newline) {
    return EndOfLastLine(Open(text), static_cast<int64_t>(text.size()), 1 << 20, newline);
  };
  EXPECT_EQ(end(std::string("a\0\n\0b\0", 6), le), 4);
  EXPECT_EQ(end(std::string("\0a\0\n\0b", 6), be), 4);
  EXPECT_EQ(end(std::string("a\0\n\0b\0\n", 7), le), 4);  // Half a newline is none.
  EXPECT_EQ(end(std::string("a\0b\0\n", 5), le), 0);
  // U+0A61 and U+0062 in little endian: the bytes of a newline, in two units.
  EXPECT_EQ(end(std::string("a\n\0b", 4), le), 0);
  // U+6100 and U+0A00 in big endian, then a newline far behind.
  EXPECT_EQ(end(std::string("a\0\n\0", 4), be), 0);
  const std::string four("\n\0\0\0", 4);
  EXPECT_EQ(end(four + std::string(20'000, 'x') + "yyy", four), 4);
  const std::string long_line = four + std::string(20'002, 'x');
  EXPECT_EQ(EndOfLastLine(Open(long_line), 20'006, 5000, four), 20'004);
}

TEST_F(LineSearchFile, AReadProvesWhatLiesBeforeIt) {
  const std::string text = Lines("a", 0, 20);
  const int fd = Open(text);
  char buffer[4096];
  const Tail tail = ReadTail(fd, 100);
  EXPECT_EQ(tail.length, kAnchorBytesMax);
  ReadStep step = ReadVerified(fd, 100, tail, buffer);
  EXPECT_EQ(step.outcome, ReadOutcome::kBytes);
  EXPECT_EQ(std::string(buffer, step.bytes), text.substr(100));
  EXPECT_TRUE(AnchorHolds(fd, 100, tail.anchor()));
  EXPECT_FALSE(AnchorHolds(fd, 101, tail.anchor()));
  EXPECT_FALSE(AnchorHolds(fd, 10, tail.anchor()));
  EXPECT_EQ(ReadVerified(fd, 200, ReadTail(fd, 200), buffer).outcome, ReadOutcome::kEnd);
  EXPECT_EQ(ReadVerified(fd, 300, tail, buffer).outcome, ReadOutcome::kTruncated);
  EXPECT_EQ(ReadVerified(fd, 110, tail, buffer).outcome, ReadOutcome::kTruncated);
  EXPECT_EQ(ReadVerified(-1, 100, tail, buffer).error_number, EBADF);
}

TEST(Tail, KeepsTheLastBytesOfWhatIsAppendedInAnyPieces) {
  const std::string text = Lines("t", 0, 50);
  for (const size_t piece : {1, 3, 63, 64, 65, 200}) {
    Tail tail;
    for (size_t at = 0; at < text.size(); at += piece) {
      tail.Append(std::string_view(text).substr(at, piece));
      const size_t end = std::min(text.size(), at + piece);
      const size_t length = std::min<size_t>(end, kAnchorBytesMax);
      ASSERT_EQ(tail.view(), std::string_view(text).substr(end - length, length)) << piece;
    }
  }
}

TEST(TailSourceOptions, ValidateNamesTheField) {
  TailSourceOptions good;
  good.include = {"/var/log/*.log"};
  EXPECT_TRUE(good.Validate().ok());
  const auto expect_refused = [&](auto&& change, const char* field) {
    TailSourceOptions options = good;
    change(options);
    const absl::Status status = options.Validate();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << field;
    EXPECT_NE(std::string(status.message()).find(field), std::string::npos) << status;
  };
  expect_refused([](auto& o) { o.include.clear(); }, "include");
  expect_refused([](auto& o) { o.include = {"x.log"}; }, "include");
  expect_refused([](auto& o) { o.exclude = {"/{"}; }, "exclude");
  expect_refused([](auto& o) { o.allow_targets = {"x"}; }, "allow_targets");
  expect_refused([](auto& o) { o.max_line_bytes = 9 << 20; }, "max_line");
  expect_refused([](auto& o) { o.max_files = 0; }, "max_files");
  expect_refused([](auto& o) { o.poll_interval = std::chrono::milliseconds(0); }, "poll_interval");
  expect_refused([](auto& o) { o.flush_partial = std::chrono::milliseconds(0); }, "flush_partial");
  expect_refused([](auto& o) { o.max_held_deleted_bytes = -1; }, "max_held_deleted");
  expect_refused([](auto& o) { o.kubernetes = true, o.root = "logs"; }, "root");
}

}  // namespace
}  // namespace tailrace
