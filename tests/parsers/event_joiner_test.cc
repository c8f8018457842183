#include "parsers/event_joiner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/parsers/event_run.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

MultilineStageOptions Options(const MultilineOptions& rules) {
  return MultilineStageOptions{MultilineRules::Compile(rules).value()};
}

const MultilineOptions kStart{.start_pattern = "^S"};

std::string Cri(std::string_view stream, std::string_view tag, std::string_view text) {
  std::string line = "2026-01-02T03:04:05.678901234Z ";
  line.append(stream).append(" ").append(tag).append(" ").append(text).append("\n");
  return line;
}

struct Case {
  const char* name;
  MultilineOptions rules;
  std::string text;
  std::vector<std::string> events;
};

const Case kCases[] = {
    {"none open", kStart, "a\nb\n", {"a", "b"}},
    {"one begins another", kStart, "S1\nx\ny\nS2\n", {"S1\nx\ny", "S2"}},
    {"empty lines are lines", kStart, "S1\n\n\nS2\n\n", {"S1\n\n", "S2\n"}},
    {"an empty first line", {.end_pattern = "^E"}, "\nE\n", {"\nE"}},
    {"carriage returns are newlines", kStart, "S1\r\nx\r\nS2\r\n", {"S1\nx", "S2"}},
    {"an end", {.start_pattern = "^S", .end_pattern = "^E"}, "S\nx\nE\ny\n", {"S\nx\nE", "y"}},
    {"a continuation",
     {.continue_pattern = "^ "},
     "a\n b\nc\nd\n e\n f\n",
     {"a\n b", "c", "d\n e\n f"}},
    {"a trace",
     {.languages = {"java"}},
     "x\njava.lang.IllegalStateException: y\n\tat a.B.c(B.java:1)\nCaused by: "
     "java.io.IOException: z\n\tat a.B.d(B.java:2)\nx\n",
     {"x",
      "java.lang.IllegalStateException: y\n\tat a.B.c(B.java:1)\nCaused by: "
      "java.io.IOException: z\n\tat a.B.d(B.java:2)",
      "x"}},
};

TEST(EventJoiner, JoinsWhatBelongsTogetherHoweverItIsRead) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    const MultilineStageOptions options = Options(one.rules);
    for (size_t split = 0; split <= one.text.size(); ++split) {
      EventRun run(options, FileFormat::kRaw);
      run.Feed(std::string_view(one.text).substr(0, split));
      run.Feed(std::string_view(one.text).substr(split));
      run.Close(EventEnd::kFlush);
      ASSERT_EQ(run.Bodies(), one.events) << "split at " << split;
      int64_t covered = 0;
      for (const JoinedEvent& event : run.events()) {
        EXPECT_EQ(event.offset, covered);
        EXPECT_EQ(event.flags, 0);
        covered += event.covered;
      }
      EXPECT_EQ(covered, static_cast<int64_t>(one.text.size()));
    }
  }
}

TEST(EventJoiner, StreamsNeverMixAndPiecesAreOneLine) {
  const MultilineStageOptions options = Options(kStart);
  const std::string text = Cri("stdout", "F", "S1") + Cri("stderr", "F", "S2") +
                           Cri("stdout", "P", "a") + Cri("stderr", "F", "b") +
                           Cri("stdout", "F", "c") + Cri("stderr", "F", "d") +
                           Cri("stdout", "F", "S3");
  const auto line = static_cast<int64_t>(Cri("stdout", "F", "").size());
  for (size_t split = 0; split <= text.size(); ++split) {
    EventRun run(options, FileFormat::kCri);
    run.Feed(std::string_view(text).substr(0, split));
    run.Feed(std::string_view(text).substr(split));
    run.Close(EventEnd::kFlush);
    ASSERT_THAT(run.Bodies(), ElementsAre("S1\nac", "S3", "S2\nb\nd")) << split;
    EXPECT_EQ(run.events()[0].offset, 0);
    EXPECT_EQ(run.events()[0].covered, 3 * line + 4);
    EXPECT_EQ(run.events()[0].flags, kFlagStdout);
    EXPECT_EQ(run.events()[0].time, "2026-01-02T03:04:05.678901234Z");
    EXPECT_EQ(run.events()[2].offset, line + 2);
    EXPECT_EQ(run.events()[2].flags, kFlagStderr);
  }
}

TEST(EventJoiner, WhatIsNotInTheFormatOfItsFileStandsAlone) {
  const MultilineStageOptions options = Options(kStart);
  EventRun run(options, FileFormat::kCri);
  run.Feed(Cri("stdout", "F", "S1") + "S garbage\n" + Cri("stdout", "F", "a"));
  run.Close(EventEnd::kFlush);
  EXPECT_THAT(run.Bodies(), ElementsAre("S garbage", "S1\na"));
}

TEST(EventJoiner, BoundsCutAnEventAndItsRestIsAnother) {
  struct {
    uint32_t max_lines, max_bytes;
    std::vector<std::string> events;
  } const kBounds[] = {
      {2, 1000, {"S\n1", "22\n3", "4", "S"}}, {3, 1000, {"S\n1\n22", "3\n4", "S"}},
      {100, 3, {"S\n1", "22", "3\n4", "S"}},  {100, 1, {"S", "1", "22", "3", "4", "S"}},
      {100, 10, {"S\n1\n22\n3\n4", "S"}},     {100, 9, {"S\n1\n22\n3", "4", "S"}}};
  const std::string text = "S\n1\n22\n3\n4\nS\n";
  for (const auto& bounds : kBounds) {
    MultilineStageOptions options = Options(kStart);
    options.max_lines = bounds.max_lines;
    options.max_bytes = bounds.max_bytes;
    for (size_t split = 0; split <= text.size(); ++split) {
      EventRun run(options, FileFormat::kRaw);
      run.Feed(std::string_view(text).substr(0, split));
      run.Feed(std::string_view(text).substr(split));
      run.Close(EventEnd::kFlush);
      ASSERT_EQ(run.Bodies(), bounds.events);
      // Flagged is what goes on in the next one.
      for (size_t i = 0; i < bounds.events.size(); ++i) {
        EXPECT_EQ(run.events()[i].flags, i + 2 < bounds.events.size() ? kFlagPartial : 0);
      }
      EXPECT_EQ(run.joiner().TakeCounts().bounds, bounds.events.size() - 2);
    }
  }
}

TEST(EventJoiner, AnEventCoversNoMoreThanAnIdCanSay) {
  MultilineStageOptions options = Options(kStart);
  options.max_bytes = 8 << 20;
  options.max_lines = 1'000'000;
  EventRun run(options, FileFormat::kCri);
  // Of lines whose headers are all that there is of them.
  const std::string empty = Cri("stdout", "F", "");
  std::string text;
  while (text.size() < 200'000) text += empty;
  run.Feed(Cri("stdout", "F", "S"));
  for (int i = 0; i < 84; ++i) run.Feed(text);
  ASSERT_GT(run.events().size(), 0u);
  EXPECT_EQ(run.events()[0].flags, kFlagStdout | kFlagPartial);
  EXPECT_LE(run.events()[0].covered, kCoveredBytesMax);
  EXPECT_GT(run.events()[0].covered, kCoveredBytesMax - 200);
}

TEST(EventJoiner, AnOpenEventEndsWhenItsStreamIsSilentForTooLong) {
  const MultilineStageOptions options = Options(kStart);
  EventRun run(options, FileFormat::kCri);
  run.Feed(Cri("stderr", "F", "S1"));
  const std::string line = Cri("stdout", "F", std::string(1000, 'x'));
  std::string text;
  while (text.size() < 200'000) text += line;
  int64_t fed = 0;
  for (; fed + static_cast<int64_t>(text.size()) < kHeldSpanBytesMax;
       fed += static_cast<int64_t>(text.size())) {
    run.Feed(text);
    EXPECT_TRUE(run.joiner().open());
  }
  run.Feed(text);
  EXPECT_FALSE(run.joiner().open());
  EXPECT_EQ(run.joiner().TakeCounts().bounds, 1u);
}

TEST(EventJoiner, TheTimeOutCountsFromTheLastLineOfEachEvent) {
  MultilineStageOptions options = Options(kStart);
  options.timeout = milliseconds(100);
  EventRun run(options, FileFormat::kCri);
  run.Feed(Cri("stdout", "F", "S1"));
  run.Advance(milliseconds(60));
  run.Feed(Cri("stderr", "F", "S2"));
  run.Advance(milliseconds(60));
  run.Close(EventEnd::kTimeout);
  EXPECT_THAT(run.Bodies(), ElementsAre("S1"));
  run.Feed(Cri("stderr", "F", "a"));
  run.Advance(milliseconds(99));
  run.Close(EventEnd::kTimeout);
  EXPECT_TRUE(run.joiner().open());
  run.Advance(milliseconds(1));
  run.Close(EventEnd::kTimeout);
  EXPECT_THAT(run.Bodies(), ElementsAre("S1", "S2\na"));
  EXPECT_EQ(run.joiner().due(), MonotonicTime::max());
  EXPECT_EQ(run.joiner().TakeCounts().timeouts, 2u);
}

TEST(EventJoiner, ATimeThatTheSourceDoesNotSayIsWhenTheFirstLineWasRead) {
  const MultilineStageOptions options = Options(kStart);
  EventRun run(options, FileFormat::kRaw);
  run.Feed("S1\n");
  run.Close(EventEnd::kFlush);
  EXPECT_EQ(run.events()[0].time, "2026-01-01T00:00:00.000000000Z");
}

TEST(EventJoiner, ABatchMayBeCutWhereNoEventGoesOn) {
  struct {
    std::string text;
    int64_t cut;
  } const kCuts[] = {
      {"S1\n", 0}, {"a\nS1\n", 2}, {"S1\na\n", 0}, {"S1\na\nS2\n", 5}, {"S1\na\nb\nS2\nc\n", 7}};
  const MultilineStageOptions options = Options(kStart);
  for (const auto& one : kCuts) {
    EventRun run(options, FileFormat::kRaw);
    run.Feed(one.text);
    EXPECT_EQ(run.cut(), one.cut) << one.text;
    // Nothing ends here: it may be cut nowhere.
    run.Feed("more\n");
    EXPECT_EQ(run.cut(), -1) << one.text;
    // It turns out that the event had ended.
    const auto size = static_cast<int64_t>(one.text.size());
    run.Feed("S8\n");
    EXPECT_EQ(run.cut(), size + 5) << one.text;
    run.Feed("S9\n");
    EXPECT_EQ(run.cut(), size + 8) << one.text;
  }
}

TEST(EventJoiner, ABatchOfTwoStreamsIsCutWhereNeitherGoesOn) {
  const std::string out = Cri("stdout", "F", "S"), err = Cri("stderr", "F", "S");
  const std::string out_more = Cri("stdout", "F", "a"), err_more = Cri("stderr", "F", "a");
  const std::string piece = Cri("stdout", "P", "S");
  const auto line = static_cast<int64_t>(out.size());
  struct {
    const char* name;
    std::string text;
    int64_t cut;
  } const kCuts[] = {
      {"side by side", out + out_more + err + err_more, 0},
      {"one after the other", out + out_more + err + out, 2 * line},
      {"one over the other", out + err + out_more + out + err_more, 0},
      {"between two of both", out + err + out_more + err_more + out + err, 4 * line},
      {"pieces of a line", out + piece + err + out_more + out, line},
      {"held pieces", out + piece + err, 0},
  };
  const MultilineStageOptions options = Options(kStart);
  for (const auto& one : kCuts) {
    EventRun run(options, FileFormat::kCri);
    run.Feed(one.text);
    EXPECT_EQ(run.cut(), one.cut) << one.name;
  }
}

}  // namespace
}  // namespace tailrace
