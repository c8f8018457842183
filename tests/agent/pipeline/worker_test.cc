#include "agent/pipeline/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Kind = ReaderCommand::Kind;
using std::chrono::seconds;

std::vector<std::string> Messages(const std::vector<PayloadPtr>& payloads) {
  std::vector<std::string> messages;
  for (const PayloadPtr& payload : payloads) {
    for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
      messages.push_back(document.at("message"));
    }
  }
  return messages;
}

size_t CountOf(const std::vector<ReaderCommand>& commands, Kind kind) {
  return static_cast<size_t>(std::count_if(commands.begin(), commands.end(),
                                           [&](const auto& c) { return c.kind == kind; }));
}

std::string Lines(size_t count, size_t length) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += std::string(length - 1, 'x') + "\n";
  return text;
}

TEST(Worker, SendsLinesAsDocumentsAndCheckpointsThemOnlyWhenTheyAreConfirmed) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\ntwo\nthr");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> payloads = harness.TakePayloads();
  EXPECT_THAT(Messages(payloads), ElementsAre("one", "two"));
  EXPECT_EQ(harness.Frontier(file), 0);
  harness.Deliver(std::move(payloads[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 8);
}

TEST(Worker, GivesEverySlabBackToTheReader) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.SendData(file, 4, "two\n");
  harness.Run();
  EXPECT_EQ(CountOf(harness.TakeCommands(), Kind::kFreeSlab), 3u);
}

TEST(Worker, HoldsTheFrontierUntilEverySinkHasConfirmed) {
  HarnessOptions options;
  options.sinks = 2;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> first = harness.TakePayloads(0);
  std::vector<PayloadPtr> second = harness.TakePayloads(1);
  ASSERT_THAT(first, SizeIs(1));
  ASSERT_THAT(second, SizeIs(1));
  harness.Deliver(std::move(first[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 0);
  harness.Deliver(std::move(second[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 4);
}

TEST(Worker, HandsTheReferencesOfARejectedRecordOverToItsDeadLetter) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "bad\n");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> payloads = harness.TakePayloads();
  ASSERT_THAT(payloads, SizeIs(1));
  harness.Reject(std::move(payloads[0]), "mapper_parsing_exception: no");
  harness.Run();
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 0);
  std::vector<PayloadPtr> letters = harness.TakeDeadLetters();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_NE(letters[0]->bytes.view().find("mapper_parsing_exception"), std::string_view::npos);
  EXPECT_NE(letters[0]->bytes.view().find("bad"), std::string_view::npos);
  EXPECT_THAT(letters[0]->ranges, SizeIs(1));
}

TEST(Worker, ParksOneSegmentWhenASinkIsFullAndGoesOnWhenThereIsRoom) {
  HarnessOptions options;
  options.sink_budget_bytes = 4 << 20;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  const std::string block = Lines(1024, 250);
  int64_t offset = 0;
  std::vector<ReaderCommand> commands;
  while (CountOf(commands, Kind::kPause) == 0) {
    ASSERT_LT(offset, 100 << 20);
    harness.SendData(file, offset, block);
    offset += static_cast<int64_t>(block.size());
    harness.Run(std::chrono::milliseconds(0));
    for (ReaderCommand& command : harness.TakeCommands()) commands.push_back(std::move(command));
  }
  EXPECT_EQ(CountOf(commands, Kind::kRewind), 0u);
  size_t records = 0;
  for (int round = 0; round < 100 && records < static_cast<size_t>(offset) / 250; ++round) {
    for (PayloadPtr& payload : harness.TakePayloads()) {
      records += payload->items.size();
      harness.Deliver(std::move(payload));
    }
    harness.Run();
  }
  EXPECT_EQ(records, static_cast<size_t>(offset) / 250);
  EXPECT_EQ(CountOf(harness.TakeCommands(), Kind::kResume), 1u);
}

// Plays a reader that obeys kRewind and kResume while the sink is full most of the time.
TEST(Worker, LosesAndRepeatsNothingWhenSegmentsAreHandedBack) {
  HarnessOptions options;
  options.sink_budget_bytes = 3 << 20;
  options.parked_segments_max = 0;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  std::string content;
  for (int i = 0; i < 12000; ++i) content += "line " + std::to_string(i) + "\n";
  size_t position = 0;
  bool paused = false;
  std::vector<std::string> got;
  for (int round = 0; round < 4000 && got.size() < 12000; ++round) {
    for (int burst = 0; burst < 3 && !paused && position < content.size(); ++burst) {
      const std::string_view bytes = std::string_view(content).substr(position, 30011);
      harness.SendData(file, static_cast<int64_t>(position), bytes);
      position += bytes.size();
    }
    harness.Run(std::chrono::milliseconds(400));
    for (const ReaderCommand& command : harness.TakeCommands()) {
      if (command.kind == Kind::kRewind) position = static_cast<size_t>(command.offset);
      if (command.kind == Kind::kRewind || command.kind == Kind::kPause) paused = true;
      if (command.kind == Kind::kResume) paused = false;
    }
    if (round % 3 != 0) continue;
    for (PayloadPtr& payload : harness.TakePayloads()) {
      for (const auto& document : WorkerHarness::Documents(*payload)) {
        got.push_back(document.at("message"));
      }
      harness.Deliver(std::move(payload));
    }
  }
  ASSERT_THAT(got, SizeIs(12000));
  for (int i = 0; i < 12000; ++i) ASSERT_EQ(got[i], "line " + std::to_string(i));
}

TEST(Worker, DropsAndCountsInsteadOfWaitingWhenASinkSaysSo) {
  HarnessOptions options;
  options.sink_budget_bytes = 4 << 20;
  options.when_full = WhenFull::kDrop;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  const std::string block = Lines(1024, 250);
  for (int64_t i = 0; i < 60; ++i) {
    harness.SendData(file, i * static_cast<int64_t>(block.size()), block);
    harness.Run(std::chrono::milliseconds(0));
  }
  EXPECT_EQ(CountOf(harness.TakeCommands(), Kind::kPause), 0u);
  EXPECT_GT(harness.Metric("tailrace_records_dropped_total"), 0u);
}

TEST(Worker, FlushesAnUnterminatedLineAtItsEndAndSaysThatItIsClosed) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "no newline");
  harness.SendStep(SegmentKind::kEnd, file, 10);
  harness.Run();
  harness.Run();
  EXPECT_THAT(Messages(harness.TakePayloads()), ElementsAre("no newline"));
  EXPECT_EQ(CountOf(harness.TakeCommands(), Kind::kClosed), 1u);
}

TEST(Worker, JoinsPiecesAcrossARotationUnderTheFirstPiecesIdAndHoldsBothRanges) {
  HarnessOptions options;
  options.format = FileFormat::kCri;
  WorkerHarness harness(options);
  const std::string first = "2026-01-02T03:04:05.678901234Z stdout P one \n";
  const std::string second = "2026-01-02T03:04:06.678901234Z stdout F two\n";
  const FileId older = harness.OpenFile();
  harness.SendData(older, 0, first);
  harness.SendStep(SegmentKind::kEnd, older, static_cast<int64_t>(first.size()));
  harness.Run();
  const FileId newer = harness.OpenNewer(older, static_cast<int64_t>(first.size()));
  harness.SendData(newer, 0, second);
  harness.Run();
  harness.Run();
  EXPECT_EQ(harness.Frontier(older), 0);
  EXPECT_EQ(harness.Frontier(newer), 0);
  std::vector<PayloadPtr> payloads = harness.TakePayloads();
  ASSERT_THAT(Messages(payloads), ElementsAre("one two"));
  const nlohmann::json document = WorkerHarness::Documents(*payloads[0])[0];
  EXPECT_EQ(document["@timestamp"], "2026-01-02T03:04:05.678901234Z");
  EXPECT_EQ(document["log"]["offset"], 0);
  harness.Deliver(std::move(payloads[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(older), static_cast<int64_t>(first.size()));
  EXPECT_EQ(harness.Frontier(newer), static_cast<int64_t>(second.size()));
}

class HeldPieceTest : public testing::Test {
 protected:
  static HarnessOptions Options() {
    HarnessOptions options;
    options.format = FileFormat::kCri;
    options.sink_budget_bytes = 3 << 20;
    options.parked_segments_max = 0;
    return options;
  }
  void SendFirst() { harness_.SendData(file_, 0, kFirst); }
  void SendSecond() { harness_.SendData(file_, static_cast<int64_t>(kFirst.size()), kSecond); }
  std::vector<std::string> MessagesAfter(seconds time) {
    harness_.Run(time);
    harness_.Run(seconds(1));  // What is open is sealed.
    return Messages(harness_.TakePayloads());
  }

  const std::string kFirst = "2026-01-02T03:04:05.678901234Z stdout P one \n";
  const std::string kSecond = "2026-01-02T03:04:06.678901234Z stdout F two\n";
  WorkerHarness harness_{Options()};
  const FileId file_ = harness_.OpenFile();
};

TEST_F(HeldPieceTest, GoesOutWhenItsRestDoesNotCome) {
  SendFirst();
  harness_.Run(seconds(0));
  EXPECT_THAT(MessagesAfter(seconds(3)), SizeIs(0));
  EXPECT_THAT(MessagesAfter(seconds(3)), ElementsAre("one "));
}

TEST_F(HeldPieceTest, IsAsOldAsItIsHereHoweverLongAgoItWasRead) {
  SendFirst();
  EXPECT_THAT(MessagesAfter(seconds(60)), SizeIs(0));
  SendSecond();
  EXPECT_THAT(MessagesAfter(seconds(2)), ElementsAre("one two"));
}

TEST_F(HeldPieceTest, WaitsLongerWhileThereIsMoreOfItsFileToBeRead) {
  SendFirst();
  const auto seen = static_cast<int64_t>(kFirst.size());
  harness_.SendGrew(file_, seen, seen + 1);
  EXPECT_THAT(MessagesAfter(seconds(0)), SizeIs(0));
  EXPECT_THAT(MessagesAfter(seconds(30)), SizeIs(0));
  EXPECT_THAT(MessagesAfter(seconds(60)), ElementsAre("one "));
}

TEST_F(HeldPieceTest, WaitsForWhatWasHandedBack) {
  SendFirst();
  harness_.Run(seconds(0));
  const FileId other = harness_.OpenFile();
  std::string block;
  for (int i = 0; i < 1000; ++i) {
    block += "2026-01-02T03:04:05.678901234Z stdout F " + std::string(200, 'x') + "\n";
  }
  int64_t offset = 0;
  for (bool full = false; !full; offset += static_cast<int64_t>(block.size())) {
    ASSERT_LT(offset, 100 << 20);
    harness_.SendData(other, offset, block);
    harness_.Run(seconds(0));
    full = CountOf(harness_.TakeCommands(), Kind::kRewind) > 0;
  }
  harness_.SendData(file_, static_cast<int64_t>(kFirst.size()), kSecond + block);
  harness_.Run(seconds(10));
  ASSERT_EQ(CountOf(harness_.TakeCommands(), Kind::kRewind), 1u);
  size_t resumed = 0;
  for (int round = 0; round < 10 && resumed < 2; ++round) {
    for (PayloadPtr& payload : harness_.TakePayloads()) {
      EXPECT_NE(WorkerHarness::Documents(*payload).back()["message"], "one ");
      harness_.Deliver(std::move(payload));
    }
    harness_.Run(seconds(2));
    resumed += CountOf(harness_.TakeCommands(), Kind::kResume);
  }
  ASSERT_EQ(resumed, 2u);
  harness_.Run(seconds(2));
  SendSecond();
  const std::vector<std::string> last = MessagesAfter(seconds(2));
  EXPECT_EQ(std::count(last.begin(), last.end(), "one "), 0);
  EXPECT_EQ(std::count(last.begin(), last.end(), "one two"), 1);
}

TEST(Worker, BeginsAGenerationOnlyBehindTheEndOfTheOneBefore) {
  WorkerHarness harness(HarnessOptions{});
  const FileId older = harness.OpenFile();
  harness.SendData(older, 0, "one\n");
  const FileId newer = harness.OpenNewer(older, 8);
  harness.SendData(newer, 0, "three\n");
  harness.Run();
  harness.Run();
  EXPECT_THAT(Messages(harness.TakePayloads()), ElementsAre("one"));
  harness.SendData(older, 4, "two\n");
  harness.Run();
  harness.Run();
  EXPECT_THAT(Messages(harness.TakePayloads()), ElementsAre("two", "three"));
}

TEST(Worker, EndsOnlyWhenAllThatItReadIsSettled) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.SendEndOfInput(true);
  harness.Run();
  EXPECT_FALSE(harness.Finished());
  std::vector<PayloadPtr> payloads = harness.TakePayloads();
  ASSERT_THAT(payloads, SizeIs(1));
  harness.Deliver(std::move(payloads[0]));
  harness.Run();
  EXPECT_TRUE(harness.Finished());
}

TEST(Worker, CountsAsManyCoveredAndSkippedBytesAsItWasGiven) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  const std::string text = "\xef\xbb\xbfone\r\n\n" + std::string(100, '\0') + "two\nrest";
  harness.SendData(file, 0, text);
  harness.SendStep(SegmentKind::kEnd, file, static_cast<int64_t>(text.size()));
  harness.Run();
  EXPECT_EQ(harness.Metric("tailrace_source_covered_bytes_total") +
                harness.Metric("tailrace_source_skipped_bytes_total"),
            text.size());
  EXPECT_EQ(harness.Metric("tailrace_source_read_records_total"), 4u);
}

}  // namespace
}  // namespace tailrace
