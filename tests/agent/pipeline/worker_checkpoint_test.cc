// What a worker tells the state thread, and what it does when a file's ledger is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/pipeline/worker.h"
#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using Kind = ReaderCommand::Kind;

TEST(WorkerCheckpoints, ClosesTheOldKeyOfAFileThatGetsAnother) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "half");
  harness.SendStep(SegmentKind::kFlush, file, 4);
  harness.SendRekey(file, 4, 77);
  harness.SendData(file, 4, " a line\n");
  harness.Run();
  harness.Run();
  for (PayloadPtr& payload : harness.TakePayloads()) harness.Deliver(std::move(payload));
  harness.Run();
  const CheckpointBatch& all = harness.checkpoints();
  const auto old = std::find_if(all.rbegin(), all.rend(), [](const Checkpoint& checkpoint) {
    return checkpoint.stream->key.bytes[11] != 77;
  });
  ASSERT_NE(old, all.rend());
  EXPECT_TRUE(old->complete && old->gone);
  EXPECT_EQ(old->frontier_bytes, 0);
  EXPECT_EQ(old->known_bytes, 0);
  EXPECT_EQ(harness.Frontier(file), 12);
}

TEST(WorkerCheckpoints, LeavesAKeyThatIsSentAgainOpen) {
  WorkerHarness harness(HarnessOptions{});
  const FileId file = harness.OpenFile();
  harness.SendRekey(file, 0, 77);
  harness.Run();
  harness.SendRekey(file, 0, 77);
  harness.SendData(file, 0, "line\n");
  harness.Run();
  EXPECT_FALSE(harness.checkpoints().back().gone);
  EXPECT_EQ(harness.checkpoints().back().stream->key.bytes[11], 77);
}

TEST(WorkerCheckpoints, SayHowLongTheFileIsThoughItWaits) {
  HarnessOptions options;
  options.sink_budget_bytes = 1;
  WorkerHarness harness(options);
  const FileId file = harness.OpenFile();
  harness.SendData(file, 0, "line\n");
  harness.Run();
  EXPECT_EQ(harness.checkpoints().back().known_bytes, 0);
  harness.SendGrew(file, 5, 500);
  harness.Run();
  EXPECT_EQ(harness.checkpoints().back().known_bytes, 500);
  EXPECT_EQ(harness.checkpoints().back().frontier_bytes, 0);
  // It does not become shorter again.
  harness.SendGrew(file, 5, 50);
  harness.SendStep(SegmentKind::kGone, file, 5);
  harness.Run();
  EXPECT_EQ(harness.checkpoints().back().known_bytes, 500);
}

size_t CountOf(const std::vector<ReaderCommand>& commands, Kind kind) {
  return static_cast<size_t>(std::count_if(commands.begin(), commands.end(),
                                           [&](const auto& c) { return c.kind == kind; }));
}

// A file of which as many ranges are open as may be; `last` is read of it then, without a newline.
class FullLedger {
 public:
  explicit FullLedger(std::string_view last) {
    file_ = harness_.OpenFile();
    for (size_t i = 0; i + 1 < WorkerFiles::kOpenRangesMax; ++i) Send("x\n");
    Send(std::string("x\n").append(last));
  }

  void Send(std::string_view bytes) {
    harness_.SendData(file_, end_, bytes);
    end_ += static_cast<int64_t>(bytes.size());
    harness_.Run(std::chrono::milliseconds(0));
    TakeCommands();
  }
  void TakeCommands() {
    for (ReaderCommand& command : harness_.TakeCommands()) {
      if (command.kind != Kind::kFreeSlab) commands_.push_back(std::move(command));
    }
  }
  // Delivers everything, and takes what the worker asks of the reader then.
  size_t Deliver() {
    size_t records = 0;
    for (int round = 0; round < 3; ++round) {
      harness_.Run();
      TakeCommands();
      for (PayloadPtr& payload : harness_.TakePayloads()) {
        records += payload->items.size();
        harness_.Deliver(std::move(payload));
      }
    }
    harness_.Run();
    TakeCommands();
    return records;
  }

  WorkerHarness harness_{HarnessOptions{}};
  FileId file_;
  int64_t end_ = 0;
  std::vector<ReaderCommand> commands_;
};

TEST(FullLedger, AStepThatNeedsARangeIsHandedBackUntilThereIsRoom) {
  for (const SegmentKind kind : {SegmentKind::kFlush, SegmentKind::kEnd, SegmentKind::kSkip}) {
    FullLedger full("rest");
    ASSERT_TRUE(full.commands_.empty());
    const auto send = [&] {
      if (kind == SegmentKind::kSkip) return full.harness_.SendSkip(full.file_, full.end_, 10);
      full.harness_.SendStep(kind, full.file_, full.end_);
    };
    send();
    full.harness_.Run();
    full.TakeCommands();
    ASSERT_EQ(full.commands_.size(), 1u);
    EXPECT_EQ(full.commands_[0].kind, Kind::kRewind);
    EXPECT_EQ(full.commands_[0].offset, full.end_);
    EXPECT_EQ(full.Deliver(), WorkerFiles::kOpenRangesMax);
    EXPECT_EQ(CountOf(full.commands_, Kind::kResume), 1u);
    send();
    EXPECT_EQ(full.Deliver(), 1u);
    const int64_t end = full.end_ + (kind == SegmentKind::kSkip ? 10 : 0);
    EXPECT_EQ(full.harness_.Frontier(full.file_), end);
    EXPECT_EQ(CountOf(full.commands_, Kind::kClosed), kind == SegmentKind::kEnd ? 1u : 0u);
  }
}

TEST(FullLedger, WhatIsHeldGoesOutAtTheEndWhenThereIsRoom) {
  FullLedger full("rest");
  full.harness_.SendEndOfInput(true);
  full.harness_.Run();
  EXPECT_FALSE(full.harness_.Finished());
  EXPECT_EQ(full.Deliver(), WorkerFiles::kOpenRangesMax + 1);
  EXPECT_TRUE(full.harness_.Finished());
  EXPECT_EQ(full.harness_.Frontier(full.file_), full.end_);
}

TEST(FullLedger, LeavesItsHeldLineWhenOthersAreEvicted) {
  // As much as can be carried of a line without a range: it is the largest by far.
  FullLedger full(std::string(200'000, 'r'));
  const std::string half(100'000, 'o');
  for (int i = 0; i < 120; ++i) {
    full.harness_.SendData(full.harness_.OpenFile(), 0, half);
    full.harness_.Run(std::chrono::milliseconds(0));
    full.harness_.TakeCommands();
  }
  EXPECT_GT(full.harness_.Metric("tailrace_framing_evicted_total"), 0u);
  EXPECT_GT(full.Deliver(), WorkerFiles::kOpenRangesMax);
}

}  // namespace
}  // namespace tailrace
