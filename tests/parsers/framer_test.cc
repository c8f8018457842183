#include "parsers/framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/parsers/framing_run.h"
#include "tests/parsers/random_log.h"

namespace tailrace {
namespace {

constexpr FileFormat kFormats[] = {FileFormat::kRaw, FileFormat::kCri, FileFormat::kDocker};

FramerOptions Options(FileFormat format, uint32_t max_line_bytes) {
  FramerOptions options;
  options.format = format;
  options.max_line_bytes = max_line_bytes;
  return options;
}

std::vector<size_t> RandomSplits(RandomLog& log, size_t size, size_t count) {
  std::vector<size_t> splits;
  for (size_t i = 0; i < count; ++i) splits.push_back(log.Draw(size + 1));
  std::sort(splits.begin(), splits.end());
  return splits;
}

// Runs `check` over many random logs of each format.
template <typename Check>
void ForEachRandomLog(size_t count, size_t lines, Check&& check) {
  for (const FileFormat format : kFormats) {
    for (size_t seed = 0; seed < count; ++seed) {
      const uint32_t max_line_bytes = seed % 3 == 0 ? 16 : seed % 3 == 1 ? 100 : 700;
      RandomLog log(format, max_line_bytes, seed);
      const std::string input = log.Make(1 + log.Draw(lines));
      SCOPED_TRACE(testing::Message() << "format " << static_cast<int>(format) << " seed " << seed);
      check(Options(format, max_line_bytes), log, input);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Framer, AnySplitOfTheInputMakesTheSameRecords) {
  ForEachRandomLog(150, 60, [](const FramerOptions& options, RandomLog& log, std::string_view in) {
    const std::vector<FramedRecord> whole = FrameWhole(options, in);
    for (int i = 0; i < 8; ++i) {
      const auto splits = RandomSplits(log, in.size(), 1 + log.Draw(12));
      ASSERT_EQ(FrameInSegments(options, in, splits, true), whole);
    }
  });
}

TEST(Framer, EverySplitInTwoAndEveryByteAloneMakeTheSameRecords) {
  ForEachRandomLog(25, 12, [](const FramerOptions& options, RandomLog&, std::string_view in) {
    const std::vector<FramedRecord> whole = FrameWhole(options, in);
    std::vector<size_t> bytes;
    for (size_t at = 1; at < in.size(); ++at) {
      bytes.push_back(at);
      if (in.size() < 2000 || at % 7 == 0) {
        ASSERT_EQ(FrameInSegments(options, in, {at}, true), whole) << at;
      }
    }
    ASSERT_EQ(FrameInSegments(options, in, bytes, true), whole);
  });
}

TEST(Framer, EveryByteIsCoveredOnceOrCounted) {
  ForEachRandomLog(300, 60, [](const FramerOptions& options, RandomLog& log, std::string_view in) {
    FramingRun run(options);
    run.Open(1, 0);
    size_t begin = 0;
    for (const size_t split : RandomSplits(log, in.size(), 5)) {
      run.Feed(1, in.substr(begin, split - begin));
      begin = split;
      if (log.Draw(4) == 0) run.Flush(1);
      // What is held is part of what lies before end_bytes().
      int64_t held = 0;
      for (const HeldPiece& piece : run.held().streams) held += piece.open ? piece.covered : 0;
      ASSERT_EQ(run.accounted_bytes() + held, run.framed_bytes());
    }
    run.Feed(1, in.substr(begin));
    run.Flush(1);
    ASSERT_EQ(run.accounted_bytes(), static_cast<int64_t>(in.size()));
    ASSERT_EQ(run.framer(1).end_bytes(), static_cast<int64_t>(in.size()));
    ASSERT_EQ(run.framer(1).carry_bytes() + run.held().held_bytes(), 0u);
    for (size_t i = 0; i < run.records().size(); ++i) run.Settle(i);
    ASSERT_EQ(run.frontier_bytes(1), static_cast<int64_t>(in.size()));
  });
}

TEST(Framer, RawRecordsAreTheirBytes) {
  ForEachRandomLog(150, 60, [](const FramerOptions& options, RandomLog&, std::string_view in) {
    if (options.format != FileFormat::kRaw) return;
    int64_t end = 0;
    for (const FramedRecord& record : FrameWhole(options, in)) {
      ASSERT_GE(record.offset, end);
      end = record.offset + record.covered;
      ASSERT_LE(record.body.size(), options.max_line_bytes);
      const std::string_view source = in.substr(static_cast<size_t>(record.offset), record.covered);
      const std::string_view behind = source.substr(record.body.size());
      ASSERT_EQ(source.substr(0, record.body.size()), record.body);
      ASSERT_TRUE(behind == "" || behind == "\n" || behind == "\r\n");
      // What has no newline was cut, or the file ends there.
      if ((record.flags & kFlagPartial) != 0) continue;
      ASSERT_EQ((record.flags & kFlagCut) != 0, behind.empty());
    }
  });
}

TEST(Framer, LinesAroundSegmentBoundariesAreWhole) {
  constexpr size_t kSegment = 256 * 1024;
  for (int delta = -3; delta <= 3; ++delta) {
    const std::string first(static_cast<size_t>(static_cast<int>(kSegment) + delta), 'a');
    const std::string input = first + "\r\nsecond\n";
    for (const size_t split : {kSegment - 1, kSegment, kSegment + 1, kSegment + 2}) {
      const auto records =
          FrameInSegments(Options(FileFormat::kRaw, 1 << 20), input, {split}, true);
      ASSERT_EQ(records.size(), 2u);
      EXPECT_EQ(records[0].body, first);
      EXPECT_EQ(records[1].body, "second");
    }
  }
}

TEST(Framer, BatchesAreBoundedInRecordsAndBytes) {
  const std::string lines(10'000, '\n');
  HeldPieces held;
  Framer framer(FileId(1), Options(FileFormat::kRaw, 100), 0, &held);
  RecordBatch batch;
  batch.segment = lines.data();
  EXPECT_EQ(framer.Frame(lines, batch), kBatchLinesMax);
  EXPECT_EQ(batch.size(), kBatchLinesMax);

  std::string long_lines;
  while (long_lines.size() < 4 * kBatchBytesTarget) long_lines += std::string(9'999, 'x') + "\n";
  Framer second(FileId(2), Options(FileFormat::kRaw, 1 << 20), 0, &held);
  batch.Clear();
  batch.segment = long_lines.data();
  const size_t used = second.Frame(long_lines, batch);
  EXPECT_GE(used, kBatchBytesTarget);
  EXPECT_LT(used, kBatchBytesTarget + 10'000);
  EXPECT_EQ(used % 10'000, 0u);
  EXPECT_EQ(batch.size(), used / 10'000);
}

TEST(Framer, WholeLinesStayInTheSegment) {
  const std::string cri =
      "2026-01-02T03:04:05.000000001Z stdout F one\n2026-01-02T03:04:05.000000002Z stderr F two\n";
  HeldPieces held;
  Framer framer(FileId(1), Options(FileFormat::kCri, 1 << 20), 0, &held);
  RecordBatch batch;
  batch.Clear();
  batch.segment = cri.data();
  ASSERT_EQ(framer.Frame(cri, batch), cri.size());
  EXPECT_TRUE(batch.arena.empty());
  for (size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(batch.bodies[i].base, static_cast<uint32_t>(SpanBase::kSegment));
    EXPECT_EQ(batch.times[i].base, static_cast<uint32_t>(SpanBase::kSegment));
  }
}

TEST(Framer, BeginsInTheMiddleOfAFile) {
  FramingRun run(Options(FileFormat::kRaw, 100));
  run.Open(1, 1000);
  run.Feed(1, "one\ntwo");
  EXPECT_EQ(run.records()[0].offset, 1000);
  EXPECT_EQ(run.framer(1).end_bytes(), 1004);
  EXPECT_EQ(run.framer(1).next_bytes(), 1007);
}

}  // namespace
}  // namespace tailrace
