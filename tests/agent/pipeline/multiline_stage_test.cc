// What becomes of multiline events in a worker: when they go out, and what holds the frontier.
#include "agent/pipeline/multiline_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

PipelineOptions Pipeline(std::optional<MultilineOptions> rules, uint16_t sink = 0) {
  PipelineOptions pipeline;
  pipeline.name = "p" + std::to_string(sink);
  pipeline.from = {SourceId(0)};
  pipeline.continues = true;
  pipeline.to = {SinkId(sink)};
  if (!rules) return pipeline;
  pipeline.multiline = MultilineStageOptions{MultilineRules::Compile(*rules).value()};
  pipeline.multiline->timeout = milliseconds(10'000);
  return pipeline;
}

HarnessOptions StartsWith(const std::string& pattern) {
  HarnessOptions options;
  options.pipelines = {Pipeline(MultilineOptions{.start_pattern = pattern})};
  return options;
}

// A worker whose sinks confirm what they get when they are told to.
struct Agent {
  explicit Agent(const HarnessOptions& options) : harness(options) {}

  // Texts that came to the sink since the last call; time moves on by as much as they may wait.
  std::vector<std::string> Sent(uint16_t sink = 0) {
    harness.Run(milliseconds(0));
    harness.Run(milliseconds(1000));
    std::vector<std::string> texts;
    for (PayloadPtr& payload : harness.TakePayloads(sink)) {
      for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
        texts.push_back(document.at("message"));
        documents.push_back(document);
      }
      payloads.push_back(std::move(payload));
    }
    return texts;
  }
  void Confirm() {
    for (PayloadPtr& payload : payloads) harness.Deliver(std::move(payload));
    payloads.clear();
    harness.Run(milliseconds(1000));
  }

  WorkerHarness harness;
  std::vector<PayloadPtr> payloads;
  std::vector<nlohmann::json> documents;
};

TEST(MultilineStage, SendsAnEventWhenTheNextOneBegins) {
  Agent run(StartsWith("^S"));
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S one\n more\n");
  EXPECT_THAT(run.Sent(), IsEmpty());
  run.harness.SendData(file, 12, " and more\nS two\n");
  ASSERT_THAT(run.Sent(), ElementsAre("S one\n more\n and more"));
  EXPECT_EQ(run.documents[0]["log"]["offset"], 0);
  EXPECT_FALSE(run.documents[0]["log"].contains("flags"));
}

TEST(MultilineStage, SendsAnEventThatNoLineComesForAfterTheTimeOut) {
  Agent run(StartsWith("^S"));
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S one\n");
  run.harness.Run(milliseconds(0));
  run.harness.Run(milliseconds(9900));
  run.harness.SendData(file, 6, " more\n");
  run.harness.Run(milliseconds(0));
  run.harness.Run(milliseconds(9900));
  EXPECT_THAT(run.harness.TakePayloads(), IsEmpty());
  run.harness.Run(milliseconds(100));
  ASSERT_THAT(run.Sent(), ElementsAre("S one\n more"));
  EXPECT_FALSE(run.documents[0]["log"].contains("flags"));
  // What comes later stands alone, as where no event was.
  run.harness.SendData(file, 12, " late\nS two\n");
  EXPECT_THAT(run.Sent(), ElementsAre(" late"));
  EXPECT_EQ(run.harness.Metric("tailrace_multiline_early_events_total"), 1u);
}

TEST(MultilineStage, TheFrontierFollowsABusyFileUpToItsOpenEvent) {
  Agent run(StartsWith("^S"));
  const FileId file = run.harness.OpenFile();
  int64_t offset = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string text = i % 2 == 0 ? "S 1\n a\nS 2\n b\n" : " c\nS 3\n";
    run.harness.SendData(file, offset, text);
    offset += static_cast<int64_t>(text.size());
    run.Sent();
    run.Confirm();
    // Behind the open event's beginning nothing is settled, before it all is.
    EXPECT_EQ(run.harness.Frontier(file), offset - (i % 2 == 0 ? 7 : 4)) << i;
  }
}

TEST(MultilineStage, AnEventThatIsOpenForAThousandBatchesKeepsNoRangeOpenForEach) {
  HarnessOptions options = StartsWith("^S");
  options.pipelines[0].multiline->max_lines = 1'000'000;
  Agent run(options);
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S\n");
  int64_t offset = 2;
  for (size_t i = 0; i < WorkerFiles::kOpenRangesMax + 10; ++i, offset += 2) {
    run.harness.SendData(file, offset, "x\n");
    if (i % 256 == 0) run.harness.Run(milliseconds(0));
    if (i % 256 == 0) run.harness.TakeCommands();
  }
  run.harness.SendData(file, offset, "S\n");
  run.harness.TakeCommands();
  ASSERT_EQ(run.Sent().size(), 1u);
  run.Confirm();
  EXPECT_EQ(run.harness.Frontier(file), offset);
}

TEST(MultilineStage, EachPipelineJoinsByItsOwnRulesUnderItsOwnIds) {
  HarnessOptions options;
  options.sinks = 3;
  options.pipelines = {Pipeline(MultilineOptions{.start_pattern = "^S"}, 0), Pipeline({}, 1),
                       Pipeline(MultilineOptions{.continue_pattern = "^c"}, 2)};
  Agent run(options);
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S\nc\nx\nS\nc\n");
  EXPECT_THAT(run.Sent(0), ElementsAre("S\nc\nx"));
  EXPECT_THAT(run.Sent(1), ElementsAre("S", "c", "x", "S", "c"));
  EXPECT_THAT(run.Sent(2), ElementsAre("S\nc", "x"));
  run.Confirm();
  // What goes on in one pipeline is not settled, though another one has sent it.
  EXPECT_EQ(run.harness.Frontier(file), 6);
  run.harness.Run(milliseconds(10'000));
  EXPECT_THAT(run.Sent(0), ElementsAre("S\nc"));
  EXPECT_THAT(run.Sent(2), ElementsAre("S\nc"));
  run.Confirm();
  EXPECT_EQ(run.harness.Frontier(file), 10);
  // The records of a file are those of its first pipeline.
  EXPECT_EQ(run.harness.Metric("tailrace_source_read_records_total"), 2u);
  EXPECT_EQ(run.harness.Metric("tailrace_records_copied_total"), 5u + 3u);
  EXPECT_EQ(run.harness.Metric("tailrace_records_routed_total"), 2u + 5u + 3u);
  EXPECT_EQ(run.harness.Metric("tailrace_source_covered_bytes_total"), 10u);
}

TEST(MultilineStage, AnEventThatSpansARotationHasTheIdOfItsFirstLineAndHoldsBothFiles) {
  Agent run(StartsWith("^S"));
  const FileId older = run.harness.OpenFile();
  run.harness.SendData(older, 0, "S one\n a\n");
  run.harness.SendStep(SegmentKind::kEnd, older, 9);
  const FileId newer = run.harness.OpenNewer(older, 9);
  run.harness.SendData(newer, 0, " b\nS two\n");
  ASSERT_THAT(run.Sent(), ElementsAre("S one\n a\n b"));
  EXPECT_EQ(run.documents[0]["log"]["offset"], 0);
  EXPECT_EQ(run.harness.Frontier(older), 0);
  EXPECT_EQ(run.harness.Frontier(newer), 0);
  run.Confirm();
  EXPECT_EQ(run.harness.Frontier(older), 9);
  EXPECT_EQ(run.harness.Frontier(newer), 3);
}

TEST(MultilineStage, AShutdownLeavesOpenEventsAndOnceSendsThem) {
  for (const bool once : {false, true}) {
    Agent run(StartsWith("^S"));
    const FileId file = run.harness.OpenFile();
    run.harness.SendData(file, 0, "S one\n");
    run.harness.Run(milliseconds(0));
    run.harness.SendEndOfInput(once);
    run.harness.Run(milliseconds(50'000));
    EXPECT_EQ(run.Sent().size(), once ? 1u : 0u);
    run.Confirm();
    EXPECT_EQ(run.harness.Frontier(file), once ? 6 : 0);
  }
}

TEST(MultilineStage, EventsGoOutEarlyWhenThereIsNoMemoryForThem) {
  HarnessOptions options = StartsWith("^S");
  options.framing_budget_bytes = 1000;
  Agent run(options);
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S" + std::string(2000, 'x') + "\n more\n");
  run.harness.SendData(file, 2008, " late\n");
  const std::vector<std::string> sent = run.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].size(), 2007u);
  EXPECT_EQ(run.documents[0]["log"]["flags"], nlohmann::json({"partial"}));
  EXPECT_EQ(sent[1], " late");
}

TEST(MultilineStage, AHoleEndsWhatIsOpen) {
  Agent run(StartsWith("^S"));
  const FileId file = run.harness.OpenFile();
  run.harness.SendData(file, 0, "S one\n");
  run.harness.SendSkip(file, 6, 100);
  run.harness.SendData(file, 106, " behind\n");
  EXPECT_THAT(run.Sent(), ElementsAre("S one", " behind"));
  run.Confirm();
  EXPECT_EQ(run.harness.Frontier(file), 114);
}

TEST(MultilineStage, AnEventDoesNotTimeOutWhileItsLogWaitsForRoom) {
  HarnessOptions options = StartsWith("^S");
  options.sink_budget_bytes = 3 << 20;
  Agent run(options);
  const FileId file = run.harness.OpenFile();
  std::string text;
  while (text.size() < 200'000) text += "S " + std::string(200, 'x') + "\n more\n";
  int64_t offset = 0;
  size_t paused = 0;
  while (paused == 0) {
    run.harness.SendData(file, offset, text);
    offset += static_cast<int64_t>(text.size());
    run.harness.Run(milliseconds(0));
    for (const ReaderCommand& command : run.harness.TakeCommands()) {
      paused += command.kind == ReaderCommand::Kind::kPause ? 1 : 0;
    }
  }
  run.harness.Run(milliseconds(60'000));
  EXPECT_EQ(run.harness.Metric("tailrace_multiline_early_events_total"), 0u);
}

}  // namespace
}  // namespace tailrace
