// A `throttle` that delays, as a worker keeps to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "agent/pipeline/stages/throttle_stage.h"
#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReaderCommand::Kind;

// 100 bytes a second, and as many at once.
HarnessOptions Throttled(bool record_clock = false) {
  ThrottleOptions throttle;
  throttle.buckets = {.rate_per_second = 100, .burst = 100, .max_keys = 8};
  StageSpec spec;
  spec.kind = spec.name = "throttle";
  spec.delay = std::make_shared<Throttle>(std::move(throttle));
  spec.make = ThrottleStage(spec.delay);
  HarnessOptions options;
  options.stages.push_back(std::move(spec));
  options.record_clock = record_clock;
  return options;
}

// Ten lines: 500 bytes of bodies, five seconds' worth.
std::string Block() {
  std::string block;
  for (int i = 0; i < 10; ++i) block += std::string(50, 'x') + "\n";
  return block;
}

size_t Records(WorkerHarness& harness) {
  size_t records = 0;
  for (PayloadPtr& payload : harness.TakePayloads()) {
    records += payload->items.size();
    harness.Deliver(std::move(payload));
  }
  return records;
}

bool Has(const std::vector<ReaderCommand>& commands, Kind kind) {
  return std::any_of(commands.begin(), commands.end(),
                     [kind](const ReaderCommand& command) { return command.kind == kind; });
}

TEST(WorkerThrottle, PausesAFileUntilItsBucketHasTokensAgain) {
  WorkerHarness harness(Throttled());
  const FileId file = harness.OpenFile();
  const std::string block = Block();
  const auto size = static_cast<int64_t>(block.size());
  harness.SendData(file, 0, block);
  harness.SendData(file, size, block);
  harness.Run(milliseconds(0));
  EXPECT_TRUE(Has(harness.TakeCommands(), Kind::kPause));
  harness.Run(milliseconds(3000));
  EXPECT_EQ(Records(harness), 10);
  const uint64_t waits = harness.Metric("tailrace_throttle_waits_total");
  harness.Run(milliseconds(900));  // A tenth of a second before the bucket has something.
  EXPECT_GT(harness.Metric("tailrace_throttle_waits_total"), waits);
  EXPECT_FALSE(Has(harness.TakeCommands(), Kind::kResume));
  harness.Run(milliseconds(200));
  EXPECT_TRUE(Has(harness.TakeCommands(), Kind::kResume));
  harness.Run();
  EXPECT_EQ(Records(harness), 10);
  harness.Run();
  EXPECT_EQ(harness.Frontier(file), 2 * size);
}

TEST(WorkerThrottle, LosesNothingOfWhatWaits) {
  WorkerHarness harness(Throttled());
  const FileId file = harness.OpenFile();
  const std::string block = Block();
  const auto size = static_cast<int64_t>(block.size());
  int64_t sent = 0;
  size_t records = 0;
  bool paused = false;
  for (int second = 0; second < 120 && records < 60; ++second) {
    if (!paused && sent < 6 * size) {
      harness.SendData(file, sent, block);
      sent += size;
    }
    harness.Run(milliseconds(1000));
    for (const ReaderCommand& command : harness.TakeCommands()) {
      if (command.kind == Kind::kRewind) sent = command.offset;
      paused |= command.kind == Kind::kPause || command.kind == Kind::kRewind;
      paused &= command.kind != Kind::kResume;
    }
    records += Records(harness);
    // A burst, what the seconds brought, and one batch that overdrew.
    EXPECT_LE(records * 50, 100u + 100u * static_cast<unsigned>(second + 1) + 500u);
  }
  EXPECT_EQ(records, 60);
}

TEST(WorkerThrottle, NeverWaitsByTheClockOfTheRecords) {
  WorkerHarness harness(Throttled(/*record_clock=*/true));
  const FileId file = harness.OpenFile();
  const std::string block = Block();
  for (int64_t i = 0; i < 5; ++i) {
    harness.SendData(file, i * static_cast<int64_t>(block.size()), block);
  }
  harness.Run();
  harness.Run();
  EXPECT_EQ(Records(harness), 50);
  EXPECT_FALSE(Has(harness.TakeCommands(), Kind::kPause));
}

}  // namespace
}  // namespace tailrace
