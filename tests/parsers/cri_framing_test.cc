#include "parsers/cri_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/parsers/framing_run.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

constexpr char kT1[] = "2026-01-02T03:04:05.000000001Z";
constexpr char kT2[] = "2026-01-02T03:04:05.000000002Z";
constexpr char kT3[] = "2026-01-02T03:04:06.000000003Z";
constexpr size_t kHeaderBytes = 40;

FramerOptions CriOptions(uint32_t max_line_bytes) {
  FramerOptions options;
  options.format = FileFormat::kCri;
  options.max_line_bytes = max_line_bytes;
  return options;
}

std::string Cri(const std::string& time, const std::string& stream_and_tag,
                const std::string& content) {
  return time + " " + stream_and_tag + " " + content + "\n";
}

FramedRecord Record(int64_t offset, size_t covered, const char* time, std::string body,
                    uint16_t flags = kFlagStdout) {
  return {1, offset, static_cast<uint32_t>(covered), flags, time, std::move(body)};
}

TEST(CriFraming, AFullLineIsARecordWithItsTime) {
  const std::string input =
      Cri(kT1, "stdout F", "one") + Cri(kT2, "stderr F", "two\r") + Cri(kT3, "stdout F", "");
  EXPECT_THAT(FrameWhole(CriOptions(100), input),
              ElementsAre(Record(0, 44, kT1, "one"), Record(44, 45, kT2, "two", kFlagStderr),
                          Record(89, 41, kT3, "")));
}

TEST(CriFraming, OtherFormsOfTimesBecomeUtc) {
  const std::string input = Cri("2026-01-02T05:04:05.000000001+02:00", "stdout F", "podman") +
                            Cri("2026-01-02T03:04:05.00000001Z", "stdout F", "containerd");
  const auto records = FrameWhole(CriOptions(100), input);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].time, kT1);
  EXPECT_EQ(records[1].time, "2026-01-02T03:04:05.000000010Z");
  EXPECT_EQ(records[1].flags, kFlagStdout);
}

TEST(CriFraming, PiecesAreJoinedForEachStream) {
  const std::string input = Cri(kT1, "stdout P", "a") + Cri(kT2, "stderr P", "1") +
                            Cri(kT2, "stdout P", "b") + Cri(kT2, "stderr F", "2") +
                            Cri(kT3, "stdout F", "c") + Cri(kT3, "stdout F", "alone");
  EXPECT_THAT(FrameWhole(CriOptions(100), input),
              ElementsAre(Record(42, 84, kT2, "12", kFlagStderr), Record(0, 126, kT1, "abc"),
                          Record(210, 46, kT3, "alone")));
}

TEST(CriFraming, AReturnBeforeTheNewlineIsRemovedWhereverItIsSplit) {
  const std::string whole = Cri(kT1, "stdout P", "a\r") + Cri(kT2, "stdout F", "");
  EXPECT_THAT(Bodies(FrameWhole(CriOptions(100), whole)), ElementsAre("a"));
  const std::string inside = Cri(kT1, "stdout P", "a\r") + Cri(kT2, "stdout F", "b\r");
  EXPECT_THAT(Bodies(FrameWhole(CriOptions(100), inside)), ElementsAre("a\rb"));
}

TEST(CriFraming, OtherLinesAreRecordsAsTheyStand) {
  const std::string bad_time = Cri("2026-13-02T03:04:05.000000001Z", "stdout F", "x");
  const std::string input = "no header\n" + bad_time + "\n" + Cri(kT1, "stdout P", "a") +
                            "between\r\n" + Cri(kT2, "stdout F", "b");
  const auto records = FrameWhole(CriOptions(100), input);
  EXPECT_THAT(records,
              ElementsAre(Record(0, 10, "", "no header", kFlagMalformed),
                          Record(10, 42, "", bad_time.substr(0, 41), kFlagMalformed),
                          Record(52, 1, "", "", kFlagMalformed),
                          Record(95, 9, "", "between", kFlagMalformed), Record(53, 84, kT1, "ab")));
}

TEST(CriFraming, FlushSendsPiecesAndTheCarry) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.Feed(
      1, Cri(kT1, "stdout P", "a") + Cri(kT2, "stderr P", "b") + std::string(kT3) + " stdout P cd");
  EXPECT_TRUE(run.records().empty());
  EXPECT_EQ(run.framer(1).end_bytes(), 84);
  run.Flush(1);
  EXPECT_THAT(run.records(), ElementsAre(Record(0, 84, kT1, "acd", kFlagStdout | kFlagPartial),
                                         Record(42, 42, kT2, "b", kFlagStderr | kFlagPartial)));
  EXPECT_EQ(run.held().held_bytes(), 0u);
  // What comes later begins a record at its own offset.
  run.Feed(1, "ef\n" + Cri(kT3, "stdout F", "g"));
  EXPECT_EQ(run.records()[2], Record(126, 3, "", "ef", kFlagMalformed));
  EXPECT_EQ(run.records()[3], Record(129, 42, kT3, "g"));
}

TEST(CriFraming, FlushKeepsAReturnThatNoNewlineFollows) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.Feed(1, std::string(kT1) + " stdout F a\r");
  run.Flush(1);
  EXPECT_THAT(run.records(), ElementsAre(Record(0, 42, kT1, "a\r", kFlagStdout | kFlagPartial)));
}

TEST(CriFraming, FlushLineLeavesPiecesToTheNextGeneration) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.Feed(1, Cri(kT1, "stdout P", "") + std::string(kT2) + " stdout P a");
  EXPECT_GT(run.held().held_bytes(), 0u);
  run.FlushLine(1);
  EXPECT_TRUE(run.records().empty());
  EXPECT_EQ(run.framer(1).end_bytes(), run.framer(1).next_bytes());
  run.Open(2, 0);
  run.Feed(2, Cri(kT3, "stdout F", "b"));
  EXPECT_THAT(Bodies(run.records()), ElementsAre("ab"));
}

TEST(CriFraming, FlushPiecesLeavesYoungerOnesAndTheCarry) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.set_read_wall_nanos(10);
  run.Feed(1, Cri(kT1, "stdout P", "a"));
  run.set_read_wall_nanos(20);
  run.Feed(1, Cri(kT2, "stderr P", "b") + "carr");
  run.FlushPieces(1, 10);
  EXPECT_THAT(run.records(), ElementsAre(Record(0, 42, kT1, "a", kFlagStdout | kFlagPartial)));
  EXPECT_EQ(run.framer(1).carry_bytes(), 4u);
  run.FlushPieces(1, 20);
  EXPECT_EQ(run.records().size(), 2u);
}

TEST(CriFraming, AJoinedRecordIsCutAtMaxLine) {
  struct Case {
    const char* name;
    std::string first, second, third;
    const char* body;
    size_t covered;
    bool cut;
  };
  const Case kCases[] = {
      {"fits", "1234", "56", "78", "12345678", 3 * 41 + 8, false},
      {"fits but for the return", "1234", "56", "78\r", "12345678", 3 * 41 + 9, false},
      {"cut in the last", "1234", "56", "789", "12345678", 2 * 41 + 6 + 42, true},
      {"cut between", "1234", "5678", "9", "12345678", 2 * 41 + 8, true},
      {"cut in the second", "1234", "56789", "x", "12345678", 41 + 4 + 44, true},
      {"cut in the first", "123456789", "x", "y", "12345678", 48, true},
      {"filled, and then nothing", "1234", "5678", "", "12345678", 3 * 41 + 8, false},
      {"a character torn between pieces", "1234567\xC3", "\xA9", "x", "1234567", 48, true},
  };
  for (const Case& c : kCases) {
    FramingRun run(CriOptions(8));
    run.Open(1, 0);
    const std::string input = Cri(kT1, "stdout P", c.first) + Cri(kT2, "stdout P", c.second) +
                              Cri(kT3, "stdout F", c.third) + Cri(kT3, "stdout F", "next");
    run.Feed(1, input);
    const uint16_t flags = kFlagStdout | (c.cut ? kFlagCut : 0);
    ASSERT_EQ(run.records().size(), 2u) << c.name;
    EXPECT_EQ(run.records()[0], Record(0, c.covered, kT1, c.body, flags)) << c.name;
    EXPECT_EQ(run.records()[1].body, "next") << c.name;
    EXPECT_EQ(run.accounted_bytes(), static_cast<int64_t>(input.size())) << c.name;
  }
}

TEST(CriFraming, LinesAroundMaxLineAreCutAtTheSameByte) {
  for (size_t length = 6; length <= 300; ++length) {
    const std::string content(length, 'x');
    const std::string input = Cri(kT1, "stdout F", content) + Cri(kT2, "stderr F", "next");
    FramingRun run(CriOptions(8));
    run.Open(1, 0);
    run.Feed(1, input);
    const bool cut = length > 8;
    ASSERT_EQ(run.records().size(), 2u);
    EXPECT_EQ(run.records()[0], Record(0, cut ? 48 : kHeaderBytes + length + 1, kT1,
                                       content.substr(0, std::min<size_t>(length, 8)),
                                       static_cast<uint16_t>(kFlagStdout | (cut ? kFlagCut : 0))));
    EXPECT_EQ(run.accounted_bytes(), static_cast<int64_t>(input.size()));
  }
}

TEST(CriFraming, CoveredBytesStayBelowThreeBytes) {
  FramingRun run(CriOptions(8 << 20));
  run.Open(1, 0);
  // One byte of content for 42 bytes of line: covered bytes run out before the body is full.
  std::string segment;
  for (int i = 0; i < 5000; ++i) segment += Cri(kT1, "stdout P", "x");
  int64_t fed = 0;
  while (run.records().empty()) {
    run.Feed(1, segment);
    fed += static_cast<int64_t>(segment.size());
    ASSERT_LT(fed, int64_t{64} << 20);
  }
  EXPECT_LE(run.records()[0].covered, kCoveredBytesMax);
  EXPECT_EQ(run.records()[0].offset, 0);
  run.Feed(1, Cri(kT1, "stdout F", ""));
  EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
}

TEST(CriFraming, APieceWithoutEndGoesOutWhenTheOtherStreamGoesOn) {
  FramingRun run(CriOptions(1 << 20));
  run.Open(1, 0);
  run.Feed(1, Cri(kT1, "stdout P", "password: "));
  const std::string line = Cri(kT2, "stderr F", std::string(60'000, 'x'));
  while (run.framer(1).end_bytes() <= kHeldSpanBytesMax) run.Feed(1, line);
  EXPECT_TRUE(run.held().any_open());
  EXPECT_EQ(run.frontier_bytes(1), 0);
  run.Feed(1, line + line);
  EXPECT_FALSE(run.held().any_open());
  size_t prompts = 0;
  for (size_t i = 0; i < run.records().size(); ++i) {
    run.Settle(i);
    if (run.records()[i].body != "password: ") continue;
    ++prompts;
    EXPECT_EQ(run.records()[i].flags, kFlagStdout | kFlagPartial);
  }
  EXPECT_EQ(prompts, 1u);
  EXPECT_EQ(run.frontier_bytes(1), run.framer(1).end_bytes());
}

TEST(CriFraming, PiecesInThreeGenerationsAreOneRecordThatHoldsEachOfThem) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.Feed(1, Cri(kT1, "stderr F", "x") + Cri(kT1, "stdout P", "a"));
  run.Open(2, 0);
  run.Feed(2, Cri(kT2, "stdout P", "b"));
  // A flush of a generation whose pieces go on in a later one sends nothing.
  run.Flush(1);
  EXPECT_EQ(run.records().size(), 1u);
  run.Settle(0);
  EXPECT_EQ(run.frontier_bytes(1), 0);
  EXPECT_EQ(run.frontier_bytes(2), 0);
  run.Open(3, 0);
  run.Feed(3, Cri(kT3, "stdout F", "c") + Cri(kT3, "stdout F", "d"));
  ASSERT_EQ(run.records().size(), 3u);
  EXPECT_EQ(run.records()[1], Record(42, 3 * 42, kT1, "abc"));
  EXPECT_EQ(run.records()[2].file, 3u);
  EXPECT_EQ(run.joined_entries(), 2u);
  // It is delivered, but not the record behind it: all three stay before it.
  run.Settle(1);
  EXPECT_EQ(run.frontier_bytes(1), 0);
  EXPECT_EQ(run.frontier_bytes(2), 0);
  EXPECT_EQ(run.frontier_bytes(3), 0);
  run.Settle(2);
  EXPECT_EQ(run.frontier_bytes(1), 84);
  EXPECT_EQ(run.frontier_bytes(2), 42);
  EXPECT_EQ(run.frontier_bytes(3), 84);
}

TEST(CriFraming, ARecordOfTooManyGenerationsGoesOut) {
  FramingRun run(CriOptions(100));
  for (uint32_t file = 1; file <= 2 * kHeldGenerationsMax; ++file) {
    run.Open(file, 0);
    run.Feed(file, Cri(kT1, "stdout P", "a"));
    EXPECT_LT(run.held().streams[0].ranges.size(), kHeldGenerationsMax + 1);
  }
  ASSERT_EQ(run.records().size(), 1u);
  EXPECT_EQ(run.records()[0].body, std::string(kHeldGenerationsMax, 'a'));
  EXPECT_EQ(run.records()[0].flags, kFlagStdout | kFlagPartial);
}

TEST(CriFraming, SkipSendsPiecesSinceTheirEndMayBeLost) {
  FramingRun run(CriOptions(100));
  run.Open(1, 0);
  run.Feed(1, Cri(kT1, "stdout P", "a") + "carr");
  run.Skip(1, 100);
  run.Feed(1, Cri(kT2, "stdout F", "b"));
  EXPECT_THAT(Bodies(run.records()), ElementsAre("carr", "a", "b"));
  EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
}

}  // namespace
}  // namespace tailrace
