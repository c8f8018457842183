#include "parsers/encoded_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/parsers/framing_run.h"

namespace tailrace {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;

FramerOptions Encoded(const char* encoding, uint32_t max_line_bytes) {
  FramerOptions options;
  options.max_line_bytes = max_line_bytes;
  options.encoding = encoding;
  return options;
}

std::string Utf16(std::string_view ascii, bool big_endian) {
  std::string text;
  for (const char c : ascii) {
    if (big_endian) text += '\0';
    text += c;
    if (!big_endian) text += '\0';
  }
  return text;
}

TEST(EncodedFraming, LinesOfUtf16AreRecordsInUtf8) {
  for (const bool big_endian : {false, true}) {
    const std::string bom = big_endian ? "\xFE\xFF" : "\xFF\xFE";
    FramingRun run(Encoded(big_endian ? "utf-16be" : "utf-16le", 100));
    run.Open(1, 0);
    run.Feed(1, bom + Utf16("one\r\n\ntwo", big_endian));
    run.Flush(1);
    EXPECT_THAT(run.records(),
                ElementsAre(FramedRecord{1, 2, 10, 0, "", "one"}, FramedRecord{1, 12, 2, 0, "", ""},
                            FramedRecord{1, 14, 6, kFlagPartial, "", "two"}));
    EXPECT_EQ(run.framer(1).skips().bom_bytes, 2u);
  }
}

TEST(EncodedFraming, BytesOfANewlineAcrossUnitsAreNone) {
  // U+0A00 between letters.
  EXPECT_THAT(Bodies(FrameWhole(Encoded("utf-16le", 100), "a\0\0\nb\0\n\0"s)),
              ElementsAre("a\xE0\xA8\x80"s + "b"));
}

TEST(EncodedFraming, ALineThatIsTooLongIsCutBetweenCharacters) {
  FramingRun run(Encoded("ISO-8859-1", 4));
  run.Open(1, 0);
  run.Feed(1, "1234\r\n12345\n\xE9\xE9\nabc\xE9\n" + std::string(50, 'x') + "\nend\n");
  EXPECT_THAT(
      run.records(),
      ElementsAre(FramedRecord{1, 0, 6, 0, "", "1234"}, FramedRecord{1, 6, 4, kFlagCut, "", "1234"},
                  FramedRecord{1, 12, 3, 0, "", "éé"}, FramedRecord{1, 15, 3, kFlagCut, "", "abc"},
                  FramedRecord{1, 20, 4, kFlagCut, "", "xxxx"},
                  FramedRecord{1, 71, 4, 0, "", "end"}));
  EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
}

TEST(EncodedFraming, AFlushInsideAUnitLeavesTheNextLinesInStep) {
  FramingRun run(Encoded("utf-16le", 100));
  run.Open(1, 0);
  run.Feed(1, "a\0b"s);
  run.Flush(1);
  run.Feed(1, "\0c\0\n\0d\0\n\0"s);
  EXPECT_THAT(run.records(),
              ElementsAre(FramedRecord{1, 0, 3, kFlagPartial | kFlagMalformed, "", "a\xEF\xBF\xBD"},
                          FramedRecord{1, 3, 5, kFlagMalformed, "", "\xEF\xBF\xBD"s + "c"},
                          FramedRecord{1, 8, 4, 0, "", "d"}));
}

TEST(EncodedFraming, NulRunsAreCountedInWholeUnits) {
  for (const bool big_endian : {false, true}) {
    FramingRun run(Encoded(big_endian ? "utf-16be" : "utf-16le", 100));
    run.Open(1, 0);
    run.Feed(1, std::string(50, '\0'));
    run.Feed(1, std::string(50, '\0') + Utf16("a\n", big_endian));
    EXPECT_THAT(run.records(), ElementsAre(FramedRecord{1, 100, 4, 0, "", "a"}));
    EXPECT_EQ(run.framer(1).skips().nul_run_bytes, 100u);
  }
}

TEST(EncodedFraming, AnySplitMakesTheSameRecordsAndCountsEveryByte) {
  for (const char* encoding : {"utf-16le", "utf-16be", "utf-32le", "SJIS", "GB18030", "IBM037"}) {
    for (uint64_t seed = 0; seed < 60; ++seed) {
      std::mt19937_64 random(seed);
      std::string input;
      const char kBytes[] = {'\0', '\0', '\n', '\r', 'a', '\x25', '\xD8', '\xDE', '\x82', '\xFE'};
      for (size_t length = random() % 300; length > 0; --length) {
        input += kBytes[random() % sizeof(kBytes)];
        if (random() % 40 == 0) input.append(random() % 150, '\0');
      }
      const FramerOptions options = Encoded(encoding, seed % 2 == 0 ? 5 : 100);
      const std::vector<FramedRecord> whole = FrameWhole(options, input);
      std::vector<size_t> bytes;
      for (size_t at = 1; at < input.size(); ++at) {
        bytes.push_back(at);
        ASSERT_EQ(FrameInSegments(options, input, {at}, true), whole) << encoding << " " << seed;
      }
      ASSERT_EQ(FrameInSegments(options, input, bytes, true), whole) << encoding << " " << seed;
      FramingRun run(options);
      run.Open(1, 0);
      run.Feed(1, input);
      run.Flush(1);
      ASSERT_EQ(run.accounted_bytes(), static_cast<int64_t>(input.size()));
    }
  }
}

}  // namespace
}  // namespace tailrace
