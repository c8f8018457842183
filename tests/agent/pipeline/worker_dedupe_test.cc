// What becomes of `dedupe` in a worker: when summaries go out, and what holds the frontier.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/pipeline/stages/dedupe_stage.h"
#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr seconds kWindow{60};

StageSpec Dedupe(size_t max_keys = 64) {
  auto options = std::make_shared<DedupeOptions>();
  options->window = kWindow;
  options->max_keys = max_keys;
  StageSpec spec;
  spec.kind = spec.name = "dedupe";
  spec.dedupe = options;
  spec.make = DedupeStage(std::move(options));
  return spec;
}

HarnessOptions Deduplicating(size_t max_keys = 64) {
  HarnessOptions options;
  options.stages.push_back(Dedupe(max_keys));
  return options;
}

// A worker whose sinks confirm what they get when they are told to.
struct Agent {
  explicit Agent(const HarnessOptions& options = Deduplicating()) : harness(options) {}

  // What came to the sink since the last call: "text", or "text*COUNT" of a summary. Time moves on
  // by as much as it may wait.
  std::vector<std::string> Sent(size_t sink = 0) {
    harness.Run(milliseconds(0));
    harness.Run(milliseconds(1000));
    std::vector<std::string> texts;
    for (PayloadPtr& payload : harness.TakePayloads(sink)) {
      for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
        std::string text = document.at("message");
        if (document.contains("dedupe")) text += "*" + document["dedupe"]["count"].dump();
        texts.push_back(std::move(text));
        ids.push_back(document["event"]["id"]);
        offsets.push_back(document["log"]["offset"]);
      }
      payloads.push_back(std::move(payload));
    }
    return texts;
  }
  void Confirm() {
    for (PayloadPtr& payload : payloads) harness.Deliver(std::move(payload));
    payloads.clear();
    harness.Run(milliseconds(1000));
    harness.Run(milliseconds(1000));
  }
  uint64_t Early() const { return harness.Metric("tailrace_dedupe_early_summaries_total"); }

  WorkerHarness harness;
  std::vector<PayloadPtr> payloads;
  std::vector<std::string> ids;
  std::vector<int64_t> offsets;
};

TEST(WorkerDedupe, SendsTheSummaryWhenTheWindowIsOverThoughNothingMoreComes) {
  Agent agent;
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\ny\nx\n");
  EXPECT_THAT(agent.Sent(), ElementsAre("x", "y"));
  agent.Confirm();
  // All that went out is confirmed, but not what has still no document.
  EXPECT_EQ(agent.harness.Frontier(file), 0);
  agent.harness.Run(seconds(50));
  EXPECT_THAT(agent.Sent(), IsEmpty());
  agent.harness.Run(seconds(10));
  EXPECT_THAT(agent.Sent(), ElementsAre("x*2"));
  EXPECT_EQ(agent.offsets.back(), 6);
  agent.harness.Run();
  EXPECT_EQ(agent.harness.Frontier(file), 0);
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 8);
  EXPECT_EQ(agent.Early(), 0u);
}

TEST(WorkerDedupe, CountsSoThatTheSidesAreEqual) {
  HarnessOptions options;
  options.sinks = 2;
  for (uint16_t i = 0; i < 2; ++i) {
    PipelineOptions& pipeline = options.pipelines.emplace_back();
    pipeline.name = "p" + std::to_string(i);
    pipeline.from = {SourceId(0)};
    pipeline.continues = true;
    pipeline.to = {SinkId(i)};
    pipeline.stages.push_back(Dedupe());
  }
  options.pipelines[1].stages.push_back(Dedupe());  // Summaries pass another one.
  Agent agent(options);
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\ny\nx\n");
  EXPECT_THAT(agent.Sent(0), ElementsAre("x", "y"));
  EXPECT_THAT(agent.Sent(1), ElementsAre("x", "y"));
  agent.harness.Run(kWindow);
  EXPECT_THAT(agent.Sent(0), ElementsAre("x*2"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 0);
  agent.harness.Run(kWindow);
  EXPECT_THAT(agent.Sent(1), ElementsAre("x*2"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 8);
  const auto metric = [&](const char* name) { return agent.harness.Metric(name); };
  EXPECT_EQ(metric("tailrace_records_copied_total"), 4u);
  EXPECT_EQ(metric("tailrace_records_summaries_total"), 2u);
  EXPECT_EQ(metric("tailrace_source_read_records_total") + 4u + 2u,
            metric("tailrace_records_filtered_total") + metric("tailrace_records_routed_total"));
}

TEST(WorkerDedupe, ReadsAgainAfterACrashWhatNoSummaryWasConfirmedFor) {
  std::vector<std::string> ids;
  for (const bool killed : {true, false}) {
    Agent agent;
    const FileId file = agent.harness.OpenFile();
    agent.harness.SendData(file, 0, "x\nx\ny\nx\n");
    agent.Sent();
    agent.Confirm();
    agent.harness.Run(kWindow);
    EXPECT_THAT(agent.Sent(), ElementsAre("x*2"));
    if (killed) {
      EXPECT_EQ(agent.harness.Frontier(file), 0);  // So the next life begins there.
      ids = agent.ids;
    } else {
      EXPECT_EQ(agent.ids, ids);
    }
  }
}

TEST(WorkerDedupe, HoldsOnlyWhatWasFilteredAndTheRestIsSettled) {
  Agent agent;
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\n");
  agent.Sent();
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 2);
  agent.harness.SendData(file, 2, "x\nx\n");
  agent.harness.SendData(file, 6, "y\n");
  EXPECT_THAT(agent.Sent(), ElementsAre("y"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 2);
  // After a crash the first of them goes out itself, and the summary is of the others.
  Agent next;
  const FileId again = next.harness.OpenFile(2);
  next.harness.SendData(again, 2, "x\nx\ny\n");
  EXPECT_THAT(next.Sent(), ElementsAre("x", "y"));
  next.harness.Run(kWindow);
  EXPECT_THAT(next.Sent(), ElementsAre("x*1"));
  next.Confirm();
  EXPECT_EQ(next.harness.Frontier(again), 8);
}

TEST(WorkerDedupe, GoesOnInTheNextGenerationAndHoldsBoth) {
  Agent agent;
  const FileId older = agent.harness.OpenFile();
  agent.harness.SendData(older, 0, "x\nx\n");
  agent.harness.SendStep(SegmentKind::kEnd, older, 4);
  const FileId newer = agent.harness.OpenNewer(older, 4);
  agent.harness.SendData(newer, 0, "y\nx\n");
  EXPECT_THAT(agent.Sent(), ElementsAre("x", "y"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(older), 0);
  EXPECT_EQ(agent.harness.Frontier(newer), 0);
  agent.harness.Run(kWindow);
  EXPECT_THAT(agent.Sent(), ElementsAre("x*2"));
  EXPECT_EQ(agent.offsets.back(), 2);
  EXPECT_EQ(agent.ids.back().substr(0, 16), agent.ids[1].substr(0, 16));  // The newer file's key.
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(older), 4);
  EXPECT_EQ(agent.harness.Frontier(newer), 4);
}

TEST(WorkerDedupe, SendsTheSummariesOfAFileThatEndsWithoutASuccessor) {
  Agent agent;
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\n");
  agent.harness.SendStep(SegmentKind::kEnd, file, 4);
  agent.harness.SendStep(SegmentKind::kGone, file, 4);
  EXPECT_THAT(agent.Sent(), ElementsAre("x"));
  agent.Confirm();
  agent.harness.Run(kWindow);
  EXPECT_THAT(agent.Sent(), ElementsAre("x*1"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 4);
}

TEST(WorkerDedupe, SendsWhatIsOpenWhenTheInputEnds) {
  for (const bool once : {false, true}) {
    for (const bool record_clock : {false, true}) {
      HarnessOptions options = Deduplicating();
      options.record_clock = record_clock;
      Agent agent(options);
      const FileId file = agent.harness.OpenFile();
      agent.harness.SendData(file, 0, "x\nx\nx\n");
      EXPECT_THAT(agent.Sent(), ElementsAre("x"));
      agent.harness.SendEndOfInput(once);
      EXPECT_THAT(agent.Sent(), ElementsAre("x*2"));
      EXPECT_FALSE(agent.harness.Finished());
      agent.Confirm();
      EXPECT_TRUE(agent.harness.Finished());
      EXPECT_EQ(agent.harness.Frontier(file), 6);
      EXPECT_EQ(agent.Early(), 0u);
    }
  }
}

TEST(WorkerDedupe, SendsWhatIsOpenByTheOldPlanWhenTheConfigChanges) {
  Agent agent;
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\n");
  agent.harness.Begin(agent.harness.NextEpoch({"sink0"}));
  agent.harness.SendData(file, 4, "x\nx\n");
  EXPECT_THAT(agent.Sent(), ElementsAre("x", "x*1", "x", "x"));
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 8);
}

TEST(WorkerDedupe, SendsASummaryEarlyRatherThanFillTheLedger) {
  Agent agent;
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\n");
  int64_t offset = 4;
  const uint64_t batches = kSummaryRangesMax + 2048;
  for (uint64_t i = 0; i < batches; ++i, offset += 2) {
    agent.harness.SendData(file, offset, i + 1 < batches ? "y\n" : "z\n");
    if (i % 256 == 0) agent.harness.Run(milliseconds(0));
    if (i % 256 == 0) agent.harness.TakeCommands();
  }
  uint64_t counted = 0;
  for (const std::string& text : agent.Sent()) {
    const size_t star = text.find('*');
    counted += star == std::string::npos ? 1 : std::stoull(text.substr(star + 1));
  }
  EXPECT_GE(agent.Early(), 1u);
  agent.harness.Run(kWindow);
  for (const std::string& text : agent.Sent()) {
    ASSERT_NE(text.find('*'), std::string::npos);
    counted += std::stoull(text.substr(text.find('*') + 1));
  }
  EXPECT_EQ(counted, batches + 2);
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), offset);
}

TEST(WorkerDedupe, EndsWindowsBeforeLinesAreTornForWantOfMemory) {
  HarnessOptions options = Deduplicating();
  options.framing_budget_bytes = 4000;
  Agent agent(options);
  const FileId file = agent.harness.OpenFile();
  const std::string line(2500, 'x');
  agent.harness.SendData(file, 0, line + "\n" + line + "\nunfinished");
  EXPECT_THAT(agent.Sent(), ElementsAre(line, line + "*1"));
  EXPECT_EQ(agent.Early(), 1u);
  EXPECT_EQ(agent.harness.Metric("tailrace_framing_evicted_total"), 0u);
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 5002);
}

TEST(WorkerDedupe, WaitsForRoomInItsSinks) {
  HarnessOptions options = Deduplicating();
  options.sink_budget_bytes = 2 << 20;
  Agent agent(options);
  const FileId file = agent.harness.OpenFile();
  agent.harness.SendData(file, 0, "x\nx\n");
  EXPECT_THAT(agent.Sent(), ElementsAre("x"));
  agent.Confirm();
  const FileId other = agent.harness.OpenFile();
  int64_t offset = 0;
  for (int i = 0; i < 64; ++i) {
    std::string line(60'000, static_cast<char>('!' + i));
    line.back() = '\n';
    agent.harness.SendData(other, offset, line);
    offset += static_cast<int64_t>(line.size());
  }
  EXPECT_GT(agent.Sent().size(), 10u);
  agent.harness.Run(kWindow);
  EXPECT_THAT(agent.Sent(), IsEmpty());
  agent.Confirm();
  std::vector<std::string> sent = agent.Sent();
  EXPECT_TRUE(std::count(sent.begin(), sent.end(), "x*1") == 1) << sent.size();
  agent.Confirm();
  EXPECT_EQ(agent.harness.Frontier(file), 4);
}

// What documents stand for, by text and id.
using Documents = std::map<std::string, std::map<std::string, uint64_t>>;

void Add(const PayloadPtr& payload, Documents& documents) {
  for (const nlohmann::json& document : WorkerHarness::Documents(*payload)) {
    const uint64_t count =
        document.contains("dedupe") ? document["dedupe"]["count"].get<uint64_t>() : 1;
    uint64_t& known = documents[document["message"]][document["event"]["id"]];
    EXPECT_TRUE(known == 0 || known == count);  // An id never means two things.
    known = count;
  }
}

// Reads `log` from `begin` on in small pieces, and stops after `steps` of them; the sink confirms
// some of what it gets. Returns where the next life begins.
int64_t Live(const std::string& log, int64_t begin, size_t steps, uint32_t& dice,
             Documents& documents) {
  const auto draw = [&dice](uint32_t sides) {
    dice = dice * 1664525 + 1013904223;
    return (dice >> 16) % sides;
  };
  WorkerHarness harness(Deduplicating(3));
  const FileId file = harness.OpenFile(begin);
  auto at = static_cast<size_t>(begin);
  std::vector<PayloadPtr> unconfirmed;
  for (; steps > 0 && at < log.size(); --steps) {
    const std::string piece = log.substr(at, 1 + draw(20));
    harness.SendData(file, static_cast<int64_t>(at), piece);
    at += piece.size();
    harness.Run(milliseconds(draw(40'000)));
    for (PayloadPtr& payload : harness.TakePayloads()) unconfirmed.push_back(std::move(payload));
    while (!unconfirmed.empty() && draw(3) > 0) {
      const size_t which = draw(static_cast<uint32_t>(unconfirmed.size()));
      std::swap(unconfirmed[which], unconfirmed.back());
      Add(unconfirmed.back(), documents);
      harness.Deliver(std::move(unconfirmed.back()));
      unconfirmed.pop_back();
    }
  }
  harness.Run();
  if (at < log.size()) return std::max(harness.Frontier(file), begin);
  harness.SendEndOfInput(true);
  for (int i = 0; i < 10; ++i) {
    harness.Run();
    for (PayloadPtr& payload : harness.TakePayloads()) unconfirmed.push_back(std::move(payload));
    for (PayloadPtr& payload : std::exchange(unconfirmed, {})) {
      Add(payload, documents);
      harness.Deliver(std::move(payload));
    }
  }
  EXPECT_TRUE(harness.Finished());
  EXPECT_EQ(harness.Frontier(file), static_cast<int64_t>(log.size()));
  return static_cast<int64_t>(log.size());
}

TEST(WorkerDedupe, NoCrashMakesItForgetALine) {
  size_t advanced = 0;
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    uint32_t dice = seed;
    std::map<std::string, uint64_t> lines;
    std::string log;
    for (int i = 0; i < 150; ++i) {
      dice = dice * 1664525 + 1013904223;
      const std::string line(1 + (dice >> 20) % 3, static_cast<char>('a' + (dice >> 16) % 5));
      ++lines[line];
      log += line + "\n";
    }
    Documents documents;
    int64_t begin = 0;
    for (size_t kills = seed % 4; kills > 0; --kills) {
      const int64_t next = Live(log, begin, 5 + dice % 20, dice, documents);
      if (next > begin) ++advanced;
      if (next == static_cast<int64_t>(log.size())) break;
      begin = next;
    }
    Live(log, begin, SIZE_MAX, dice, documents);
    for (const auto& [line, count] : lines) {
      uint64_t sum = 0;
      for (const auto& [id, represented] : documents[line]) sum += represented;
      EXPECT_GE(sum, count) << line;
      EXPECT_TRUE(sum == count || seed % 4 > 0) << line;  // Nobody was killed.
    }
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(advanced, 100u);
}

}  // namespace
}  // namespace tailrace
