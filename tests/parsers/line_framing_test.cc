#include "parsers/line_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/parsers/framing_run.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

FramerOptions RawOptions(uint32_t max_line_bytes) {
  FramerOptions options;
  options.max_line_bytes = max_line_bytes;
  return options;
}

FramedRecord Line(int64_t offset, uint32_t covered, std::string body, uint16_t flags = 0) {
  return {1, offset, covered, flags, "", std::move(body)};
}

TEST(LineFraming, EachLineIsARecord) {
  EXPECT_THAT(FrameWhole(RawOptions(100), "one\n\ntwo\r\n\r\nthree\rfour\r\r\n"),
              ElementsAre(Line(0, 4, "one"), Line(4, 1, ""), Line(5, 5, "two"), Line(10, 2, ""),
                          Line(12, 13, "three\rfour\r")));
}

TEST(LineFraming, AnUnterminatedLineWaitsForItsEndOrAFlush) {
  FramingRun run(RawOptions(100));
  run.Open(1, 0);
  run.Feed(1, "one\ntw");
  EXPECT_THAT(run.records(), ElementsAre(Line(0, 4, "one")));
  EXPECT_EQ(run.framer(1).end_bytes(), 4);
  EXPECT_EQ(run.framer(1).next_bytes(), 6);
  EXPECT_EQ(run.framer(1).carry_bytes(), 2u);
  run.Flush(1);
  EXPECT_EQ(run.framer(1).end_bytes(), 6);
  // What is appended later is a record of its own at its own offset.
  run.Feed(1, "o\r\nthree\r");
  run.Flush(1);
  EXPECT_THAT(run.records(), ElementsAre(Line(0, 4, "one"), Line(4, 2, "tw", kFlagPartial),
                                         Line(6, 3, "o"), Line(9, 6, "three\r", kFlagPartial)));
  run.Flush(1);
  EXPECT_EQ(run.records().size(), 4u);
}

TEST(LineFraming, AByteOrderMarkAtTheBeginningOfTheFileIsCounted) {
  FramingRun run(RawOptions(100));
  run.Open(1, 0);
  run.Feed(1, "\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo\n");
  EXPECT_THAT(run.records(), ElementsAre(Line(3, 4, "one"), Line(7, 7, "\xEF\xBB\xBFtwo")));
  EXPECT_EQ(run.framer(1).skips().bom_bytes, 3u);

  FramingRun later(RawOptions(100));
  later.Open(1, 7);
  later.Feed(1, "\xEF\xBB\xBFtwo\n");
  EXPECT_THAT(later.records(), ElementsAre(Line(7, 7, "\xEF\xBB\xBFtwo")));
}

TEST(LineFraming, WhatOnlyBeginsLikeAByteOrderMarkIsContent) {
  for (const std::string text : {"\xEF\xBB", "\xEF", "\xEF\xBBx", "\xEFx", "\xEF\xBB\xBE"}) {
    for (const size_t split : {size_t{0}, size_t{1}, size_t{2}}) {
      const std::string line = text + "\n";
      EXPECT_THAT(FrameInSegments(RawOptions(100), line, {std::min(split, line.size())}, true),
                  ElementsAre(Line(0, static_cast<uint32_t>(line.size()), text)));
    }
  }
}

TEST(LineFraming, NulRunsAtTheBeginningOfALineAreCounted) {
  const struct {
    size_t nuls;
    bool skipped;
  } kCases[] = {{1, false}, {63, false}, {64, true}, {65, true}, {10'000, true}};
  for (const auto& c : kCases) {
    const std::string input = "a\n" + std::string(c.nuls, '\0') + "b\nc\n";
    FramingRun run(RawOptions(100));
    run.Open(1, 0);
    run.Feed(1, input);
    const auto nuls = static_cast<int64_t>(c.skipped ? c.nuls : 0);
    EXPECT_EQ(run.framer(1).skips().nul_run_bytes, static_cast<uint64_t>(nuls));
    EXPECT_EQ(run.records()[1].offset, 2 + nuls) << c.nuls;
    EXPECT_EQ(run.records()[1].body, c.skipped ? "b" : std::string(c.nuls, '\0') + "b");
    EXPECT_EQ(run.records()[2].body, "c");
    EXPECT_EQ(run.accounted_bytes(), static_cast<int64_t>(input.size()));
  }
}

TEST(LineFraming, ANulRunOfAnySizeTakesNoMemory) {
  FramingRun run(RawOptions(100));
  run.Open(1, 0);
  const std::string nuls(1 << 20, '\0');
  run.Feed(1, "a\n");
  for (int i = 0; i < 32; ++i) run.Feed(1, nuls);
  EXPECT_EQ(run.framer(1).carry_bytes(), 0u);
  EXPECT_EQ(run.framer(1).end_bytes(), 2);
  run.Feed(1, "b\n");
  EXPECT_THAT(Bodies(run.records()), ElementsAre("a", "b"));
  EXPECT_EQ(run.framer(1).skips().nul_run_bytes, uint64_t{32} << 20);
}

TEST(LineFraming, ANulRunThatNothingFollowsIsNoRecord) {
  FramingRun run(RawOptions(100));
  run.Open(1, 0);
  run.Feed(1, std::string(100, '\0'));
  run.Flush(1);
  EXPECT_TRUE(run.records().empty());
  EXPECT_EQ(run.framer(1).end_bytes(), 100);
  EXPECT_EQ(run.accounted_bytes(), 100);
}

TEST(LineFraming, NulsInsideALineAreContent) {
  const std::string body = "a" + std::string(200, '\0') + "b";
  EXPECT_THAT(Bodies(FrameWhole(RawOptions(1000), body + "\n")), ElementsAre(body));
}

TEST(LineFraming, ALineThatIsTooLongIsCutAndItsRestCounted) {
  FramingRun run(RawOptions(8));
  run.Open(1, 0);
  run.Feed(1, "12345678\n12345678\r\n123456789\n12345678\r9\nshort\n");
  EXPECT_THAT(run.records(), ElementsAre(Line(0, 9, "12345678"), Line(9, 10, "12345678"),
                                         Line(19, 8, "12345678", kFlagCut),
                                         Line(29, 8, "12345678", kFlagCut), Line(40, 6, "short")));
  EXPECT_EQ(run.framer(1).skips().line_rest_bytes, 2u + 3u);
}

TEST(LineFraming, ACutDoesNotTearACharacter) {
  const struct {
    const char* line;
    const char* body;
  } kCases[] = {
      {"1234567\xC3\xA9 rest", "1234567"},
      {"123456\xC3\xA9 rest", "123456\xC3\xA9"},
      {"123456\xE2\x82\xAC rest", "123456"},
      {"12345\xE2\x82\xAC rest", "12345\xE2\x82\xAC"},
      {"12345\xF0\x9F\x98\x80 rest", "12345"},
      {"1234\xF0\x9F\x98\x80 rest", "1234\xF0\x9F\x98\x80"},
      // Not UTF-8 anyway.
      {"1234567\x80\x80 rest", "1234567\x80"},
      {"\x80\x80\x80\x80\x80\x80\x80\x80\x80", "\x80\x80\x80\x80\x80\x80\x80\x80"},
  };
  for (const auto& c : kCases) {
    const std::string input = std::string(c.line) + "\nnext\n";
    EXPECT_THAT(Bodies(FrameWhole(RawOptions(8), input)), ElementsAre(c.body, "next")) << c.line;
  }
}

TEST(LineFraming, ALineOf64MiBInTheMiddleLosesNothingElse) {
  FramingRun run(RawOptions(1 << 20));
  run.Open(1, 0);
  run.Feed(1, "before\n");
  const std::string part(256 * 1024, 'x');
  for (int i = 0; i < 256; ++i) run.Feed(1, part);
  EXPECT_LE(run.framer(1).carry_bytes(), (1u << 20) + 1);
  run.Feed(1, "\nafter\n");
  ASSERT_EQ(run.records().size(), 3u);
  EXPECT_EQ(run.records()[1], Line(7, 1 << 20, std::string(1 << 20, 'x'), kFlagCut));
  EXPECT_EQ(run.records()[2], Line(7 + (64 << 20) + 1, 6, "after"));
  EXPECT_EQ(run.framer(1).skips().line_rest_bytes, (uint64_t{63} << 20) + 1);
  EXPECT_EQ(run.framer(1).carry_bytes(), 0u);
}

TEST(LineFraming, FlushEndsALineThatIsBeingCut) {
  FramingRun run(RawOptions(4));
  run.Open(1, 0);
  run.Feed(1, "12345678");
  run.Flush(1);
  run.Feed(1, "90\n");
  EXPECT_THAT(run.records(),
              ElementsAre(Line(0, 4, "1234", kFlagCut | kFlagPartial), Line(8, 3, "90")));
  EXPECT_EQ(run.accounted_bytes(), 11);
}

TEST(LineFraming, SkipSendsWhatIsCarriedFirst) {
  FramingRun run(RawOptions(100));
  run.Open(1, 0);
  run.Feed(1, "a\nbc");
  run.Skip(1, 1000);
  run.Feed(1, "d\n");
  EXPECT_THAT(run.records(),
              ElementsAre(Line(0, 2, "a"), Line(2, 2, "bc", kFlagPartial), Line(1004, 2, "d")));
  EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
}

TEST(LineFraming, All256ByteValuesSurvive) {
  std::string input;
  std::vector<std::string> bodies;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      std::string body = {'<', static_cast<char>(a), static_cast<char>(b), '>'};
      if (a == '\n' || b == '\n') continue;
      input += body + "\n";
      bodies.push_back(std::move(body));
    }
  }
  EXPECT_EQ(Bodies(FrameWhole(RawOptions(100), input)), bodies);
}

}  // namespace
}  // namespace tailrace
