// Kills a worker at every kind of instant and lets another one begin at the frontiers that the
// first had sent, with several pipelines whose multiline rules differ. No event may be torn, lost
// or sent under two ids: all that both make is what one worker makes that nobody kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/agent/pipeline/worker_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  size_t Draw(size_t limit) { return engine_() % limit; }
  bool OneIn(size_t n) { return Draw(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

constexpr const char* kLines[] = {"S begin",
                                  "c more",
                                  "c and more, and a little more than that",
                                  "e end",
                                  "text",
                                  "",
                                  " indented",
                                  "java.lang.IllegalStateException: x",
                                  "\tat com.example.Main.run(Main.java:3)",
                                  "Caused by: java.io.IOException: y",
                                  "Traceback (most recent call last):",
                                  "  File \"a.py\", line 1, in f",
                                  "    f()",
                                  "ValueError: z"};

std::string MakeGeneration(FileFormat format, Dice& dice) {
  std::string text;
  const size_t kinds = dice.OneIn(2) ? std::size(kLines) : 5;
  for (size_t lines = 1 + dice.Draw(50); lines > 0; --lines) {
    if (format == FileFormat::kCri && !dice.OneIn(40)) {
      text += "2026-01-02T03:04:05.678901234Z ";
      text += dice.OneIn(3) ? "stderr " : "stdout ";
      text += dice.OneIn(6) ? "P " : "F ";
    }
    text += kLines[dice.Draw(kinds)];
    text += '\n';
  }
  return text;
}

PipelineOptions Pipeline(size_t number, std::optional<MultilineOptions> rules, Dice& dice) {
  PipelineOptions pipeline;
  pipeline.name = "p" + std::to_string(number);
  pipeline.from = {SourceId(0)};
  pipeline.continues = true;
  pipeline.to = {SinkId(static_cast<uint16_t>(number))};
  if (!rules.has_value()) return pipeline;
  pipeline.multiline = MultilineStageOptions{MultilineRules::Compile(*rules).value()};
  // No test of time-outs: what they do depends on when they do it.
  pipeline.multiline->timeout = std::chrono::hours(1000);
  if (dice.OneIn(3)) pipeline.multiline->max_lines = 2 + static_cast<uint32_t>(dice.Draw(3));
  if (dice.OneIn(3)) pipeline.multiline->max_bytes = 1 + static_cast<uint32_t>(dice.Draw(60));
  return pipeline;
}

std::vector<PipelineOptions> MakePipelines(Dice& dice) {
  const std::vector<std::optional<MultilineOptions>> kinds = {
      MultilineOptions{.languages = {"all"}},
      MultilineOptions{.start_pattern = "^S"},
      MultilineOptions{.start_pattern = "^S", .continue_pattern = "^c", .end_pattern = "^e"},
      MultilineOptions{.languages = {"java"}, .start_pattern = "^S", .end_pattern = "^e"},
      MultilineOptions{.continue_pattern = "^[ c]"},
      MultilineOptions{.end_pattern = "^e"},
      std::nullopt};
  std::vector<PipelineOptions> pipelines;
  const size_t count = 1 + dice.Draw(3);
  for (size_t i = 0; i < count; ++i) {
    pipelines.push_back(Pipeline(i, kinds[dice.Draw(kinds.size())], dice));
  }
  return pipelines;
}

using Log = std::vector<std::string>;                  // Its generations, oldest first.
using Documents = std::map<std::string, std::string>;  // Texts, by sink and id.

// One life of a worker.
class Life {
 public:
  Life(const HarnessOptions& options, const Log& log, const std::vector<int64_t>& begins)
      : harness_(options), sinks_(options.sinks), log_(log), begins_(begins) {}

  // Reads each generation from its begin to its end; stops after `steps_max` segments.
  void Read(Dice& dice, size_t steps_max, bool settle) {
    for (size_t i = 0; i < log_.size(); ++i) {
      files_.push_back(i == 0 ? harness_.OpenFile(begins_[0])
                              : harness_.OpenNewer(files_[i - 1], Size(i - 1), begins_[i]));
      for (int64_t at = begins_[i]; at < Size(i);) {
        if (steps_max-- == 0) return;
        const auto rest = static_cast<size_t>(Size(i) - at);
        const size_t length = std::min(1 + dice.Draw(300), rest);
        harness_.SendData(files_[i], at,
                          std::string_view(log_[i]).substr(static_cast<size_t>(at), length));
        at += static_cast<int64_t>(length);
        if (dice.OneIn(2)) Settle(dice, settle);
      }
      harness_.SendStep(SegmentKind::kEnd, files_[i], Size(i));
    }
    harness_.SendEndOfInput(true);
    Settle(dice, settle);
    harness_.Run();
    Settle(dice, settle);
  }

  std::vector<int64_t> Frontiers() {
    std::vector<int64_t> frontiers = begins_;
    for (size_t i = 0; i < files_.size(); ++i) {
      frontiers[i] = std::max(frontiers[i], harness_.Frontier(files_[i]));
    }
    return frontiers;
  }

  Documents made;     // All that went to a sink,
  Documents settled;  // ... and what the sink has confirmed.

 private:
  int64_t Size(size_t i) const { return static_cast<int64_t>(log_[i].size()); }

  void Settle(Dice& dice, bool settle) {
    harness_.Run(milliseconds(1000));
    for (size_t sink = 0; sink < sinks_; ++sink) {
      for (PayloadPtr& payload : harness_.TakePayloads(sink))
        payloads_.push_back(std::move(payload));
    }
    std::vector<PayloadPtr> kept;
    for (PayloadPtr& payload : payloads_) {
      const bool confirm = settle && dice.OneIn(2);
      Note(*payload, made);
      if (confirm) Note(*payload, settled);
      if (confirm) {
        harness_.Deliver(std::move(payload));
      } else {
        kept.push_back(std::move(payload));
      }
    }
    payloads_ = std::move(kept);
    if (dice.OneIn(2)) harness_.Run(milliseconds(1000));
  }

  static void Note(const Payload& payload, Documents& documents) {
    for (const nlohmann::json& document : WorkerHarness::Documents(payload)) {
      std::string text = document.at("message");
      if (document["log"].contains("flags")) text += " " + document["log"]["flags"].dump();
      const std::string id = document.at("event").at("id");
      documents[std::to_string(payload.sink.value()) + id] = text;
    }
  }

  WorkerHarness harness_;
  const size_t sinks_;
  const Log& log_;
  const std::vector<int64_t> begins_;
  std::vector<FileId> files_;
  std::vector<PayloadPtr> payloads_;
};

Documents Without(const Documents& some, const Documents& others) {
  Documents rest;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

// How many of the kills made a later life begin behind the beginning.
size_t KillAndGoOn(FileFormat format, size_t generations, uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "format " << static_cast<int>(format) << " seed " << seed);
  Dice dice(seed);
  HarnessOptions options;
  options.format = format;
  options.flush_partial = std::chrono::hours(1000);
  options.pipelines = MakePipelines(dice);
  options.sinks = options.pipelines.size();
  Log log;
  for (size_t i = 0; i < generations; ++i) log.push_back(MakeGeneration(format, dice));
  const std::vector<int64_t> beginnings(log.size(), 0);

  Life undisturbed(options, log, beginnings);
  undisturbed.Read(dice, SIZE_MAX, false);

  std::vector<int64_t> begins = beginnings;
  Documents all;
  size_t advanced = 0;
  for (size_t kills = 1 + dice.Draw(3); kills > 0; --kills) {
    Life killed(options, log, begins);
    killed.Read(dice, dice.Draw(40), true);
    all.insert(killed.settled.begin(), killed.settled.end());
    EXPECT_THAT(Without(killed.made, undisturbed.made), testing::IsEmpty());
    if (killed.Frontiers() > begins) ++advanced;
    begins = killed.Frontiers();
  }
  Life last(options, log, begins);
  last.Read(dice, SIZE_MAX, false);
  EXPECT_THAT(Without(last.made, undisturbed.made), testing::IsEmpty());
  all.insert(last.made.begin(), last.made.end());
  EXPECT_THAT(Without(undisturbed.made, all), testing::IsEmpty());
  return advanced;
}

TEST(MultilineRestart, OneGenerationLosesNothingAndTearsNothing) {
  size_t advanced = 0;
  for (const FileFormat format : {FileFormat::kRaw, FileFormat::kCri}) {
    for (uint64_t seed = 0; seed < 150; ++seed) {
      advanced += KillAndGoOn(format, 1, seed);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(advanced, 150u);
}

TEST(MultilineRestart, EventsAcrossRotationsAreNeitherLostNorTorn) {
  size_t advanced = 0;
  for (const FileFormat format : {FileFormat::kRaw, FileFormat::kCri}) {
    for (uint64_t seed = 0; seed < 150; ++seed) {
      advanced += KillAndGoOn(format, 2 + seed % 4, seed);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(advanced, 150u);
}

}  // namespace
}  // namespace tailrace
