// What a worker makes of a reload: the switch between two segments, sinks that come and go, files
// that nobody asks for any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = ReaderCommand::Kind;

std::vector<std::string> Messages(const std::vector<PayloadPtr>& payloads) {
  std::vector<std::string> messages;
  for (const PayloadPtr& payload : payloads) {
    for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
      messages.push_back(document.at("message"));
    }
  }
  return messages;
}

std::vector<ReaderCommand> Of(std::vector<ReaderCommand> commands, Kind kind) {
  std::erase_if(commands, [&](const ReaderCommand& command) { return command.kind != kind; });
  return commands;
}

TEST(WorkerReload, WhatWasReadBeforeGoesThroughTheOldPlanAndTheRestThroughTheNew) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "old\nhalf ");
  harness.Begin(harness.NextEpoch({"", "new"}));
  harness.SendData(file, 9, "and half\nnew\n");
  harness.Run();
  harness.Run();
  EXPECT_EQ(harness.epoch(), 1u);
  std::vector<PayloadPtr> old = harness.TakePayloads(0);
  std::vector<PayloadPtr> fresh = harness.TakePayloads(1);
  EXPECT_THAT(Messages(old), ElementsAre("old"));
  EXPECT_THAT(Messages(fresh), ElementsAre("half and half", "new"));
  harness.Deliver(std::move(fresh[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 0);
  harness.Deliver(std::move(old[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 22);
}

TEST(WorkerReload, TheSameLinesHaveTheSameIdsInBothPlans) {
  const auto ids_of = [](bool reload) {
    WorkerHarness harness(HarnessOptions{});
    const FileId file = harness.OpenFile();
    harness.SendData(file, 0, "one\n");
    if (reload) harness.Begin(harness.NextEpoch({"sink0"}));
    harness.SendData(file, 4, "two\n");
    harness.Run();
    harness.Run();
    std::vector<std::string> ids;
    for (const PayloadPtr& payload : harness.TakePayloads()) {
      for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
        ids.push_back(document.at("event").at("id"));
      }
    }
    return ids;
  };
  EXPECT_THAT(ids_of(false), SizeIs(2));
  EXPECT_EQ(ids_of(true), ids_of(false));
}

TEST(WorkerReload, AFileThatWaitsForADeadSinkGoesOnWithoutIt) {
  HarnessOptions options;
  options.sink_budget_bytes = 1;  // One batch, and no more until it is settled.
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.SendData(file, 4, "two\n");
  harness.Run();
  EXPECT_THAT(Of(harness.TakeCommands(), Kind::kPause), SizeIs(1));
  auto epoch = harness.NextEpoch({"", "new"});
  epoch->retired.push_back({SinkId(0), harness.now() + seconds(30), std::nullopt});
  harness.Begin(std::move(epoch));
  harness.Run();
  harness.Run();
  EXPECT_THAT(Of(harness.TakeCommands(), Kind::kResume), SizeIs(1));
  EXPECT_THAT(Messages(harness.TakePayloads(1)), ElementsAre("two"));
}

TEST(WorkerReload, WhatASuccessorGetsIsReleasedWhenItHasDeliveredIt) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "sent\n");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> sent = harness.TakePayloads(0);
  ASSERT_THAT(Messages(sent), ElementsAre("sent"));
  harness.SendData(file, 5, "open\n");
  auto epoch = harness.NextEpoch({"", "sink0"}, 0);
  epoch->retired.push_back({SinkId(0), harness.now() + seconds(5), SinkId(1)});
  harness.Begin(std::move(epoch));
  harness.Run(std::chrono::milliseconds(0));
  EXPECT_TRUE(harness.EndOf(0).Get().has_value());
  EXPECT_TRUE(harness.EndOf(0).gives_back());
  // The lane had not taken the second one yet, and could not deliver the first.
  for (PayloadPtr& payload : harness.TakePayloads(0)) sent.push_back(std::move(payload));
  for (PayloadPtr& payload : sent) harness.GiveBack(std::move(payload));
  harness.FinishLane(0);
  harness.Run();
  EXPECT_TRUE(harness.EndOf(0).released());
  EXPECT_EQ(harness.Frontier(file), 0);
  std::vector<PayloadPtr> adopted = harness.TakePayloads(1);
  EXPECT_THAT(Messages(adopted), ElementsAre("sent", "open"));
  for (PayloadPtr& payload : adopted) harness.Deliver(std::move(payload));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 10);
  EXPECT_EQ(harness.Metric("tailrace_records_dropped_total"), 0u);
  harness.Run();  // Empty payloads go after a while.
  EXPECT_EQ(harness.UsedBytes(1), 0);
}

TEST(WorkerReload, WithoutASuccessorItIsDroppedAndCountedWhenTheLaneHasEnded) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\ntwo\n");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> sent = harness.TakePayloads(0);
  auto epoch = harness.NextEpoch({"", "new"});
  epoch->retired.push_back({SinkId(0), harness.now() + seconds(30), std::nullopt});
  harness.Begin(std::move(epoch));
  harness.Run(seconds(1));
  EXPECT_EQ(harness.Frontier(file), 0);
  harness.GiveBack(std::move(sent[0]));
  harness.FinishLane(0);
  harness.Run();
  EXPECT_EQ(harness.Metric("tailrace_records_dropped_total"), 2u);
  EXPECT_EQ(harness.Frontier(file), 8);
  EXPECT_TRUE(harness.EndOf(0).released());
  EXPECT_EQ(harness.UsedBytes(0), 0);
}

TEST(WorkerReload, ASuccessorMayItselfBeGoneByThen) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> sent = harness.TakePayloads(0);
  for (uint16_t gone = 0; gone < 2; ++gone) {
    std::vector<std::string> names(gone + 1u);
    names.push_back("sink0");
    auto epoch = harness.NextEpoch(names, 0);
    epoch->retired.push_back(
        {SinkId(gone), harness.now() + seconds(5), SinkId(static_cast<uint16_t>(gone + 1))});
    harness.Begin(std::move(epoch));
    harness.Run(std::chrono::milliseconds(0));
  }
  harness.FinishLane(1);
  harness.GiveBack(std::move(sent[0]));
  harness.FinishLane(0);
  harness.Run();
  EXPECT_THAT(Messages(harness.TakePayloads(1)), IsEmpty());
  EXPECT_THAT(Messages(harness.TakePayloads(2)), ElementsAre("one"));
}

TEST(WorkerReload, AFileThatIsLeftHandsBackWhatWaitsAndGoesOnWhereItWas) {
  HarnessOptions options;
  options.sink_budget_bytes = 1;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\n");
  harness.SendData(file, 4, "two\n");
  harness.SendData(file, 8, "three\n");
  harness.Run();
  (void)harness.TakeCommands();
  harness.SendStep(SegmentKind::kLeave, file, 14);
  harness.Run();
  const std::vector<ReaderCommand> commands = harness.TakeCommands();
  const auto rewind = std::find_if(commands.begin(), commands.end(),
                                   [](const auto& c) { return c.kind == Kind::kRewind; });
  const auto resume = std::find_if(commands.begin(), commands.end(),
                                   [](const auto& c) { return c.kind == Kind::kResume; });
  ASSERT_NE(rewind, commands.end());
  EXPECT_EQ(rewind->offset, 4);
  EXPECT_LT(rewind, resume);  // So that it is not paused when it comes back.
  EXPECT_TRUE(harness.checkpoints().back().gone);
  // Room comes, and nothing happens with the file until it comes back.
  for (PayloadPtr& payload : harness.TakePayloads()) harness.Deliver(std::move(payload));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 4);
  harness.SendStep(SegmentKind::kReturn, file, 4);
  harness.SendData(file, 4, "two\nthree\n");
  harness.Run();
  harness.Run();
  EXPECT_FALSE(harness.checkpoints().back().gone);
  EXPECT_THAT(Messages(harness.TakePayloads()), ElementsAre("two", "three"));
}

TEST(WorkerReload, AFileThatIsLeftForGoodIsForgottenWhenItIsSettled) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "one\nhalf");
  harness.SendStep(SegmentKind::kLeave, file, 8);
  harness.Run();
  harness.Run();
  std::vector<PayloadPtr> payloads = harness.TakePayloads();
  EXPECT_THAT(Messages(payloads), ElementsAre("one"));  // The half line is nobody's yet.
  harness.SendStep(SegmentKind::kGone, file, 8);
  harness.Run();
  harness.Deliver(std::move(payloads[0]));
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 4);
  EXPECT_TRUE(harness.checkpoints().back().gone);
  EXPECT_FALSE(harness.checkpoints().back().complete);
}

}  // namespace
}  // namespace tailrace
