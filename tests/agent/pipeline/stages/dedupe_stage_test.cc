#include "agent/pipeline/stages/dedupe_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/pipeline/plan.h"
#include "agent/pipeline/stages/parser_stage.h"
#include "parsers/timestamp.h"
#include "sinks/field_writer.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kFirstNanos = 1767323045LL * kSecond;  // 2026-01-02T03:04:05Z

// A line, and how many seconds after the beginning.
struct Line {
  int64_t second = 0;
  std::string text;
};

StageMaker ParseInto(const std::string& name) {
  ParserSpec spec;
  spec.name = "json";
  spec.parser = PlainFormat::kJson;
  ParserStageOptions options;
  options.plan = *ParserPlan::Compile({spec});
  options.from = Path(kMessageField);
  options.into = name;
  return ParserStage(std::move(options));
}

// One stream that goes through `parse: [json, none]` and a `dedupe` with windows of ten seconds.
class Repeats {
 public:
  explicit Repeats(DedupeOptions options = {}, std::string_view when = {}, bool record_clock = true,
                   StageMaker parse = Parse("json")) {
    options.window = std::chrono::seconds(10);
    options_ = std::make_shared<const DedupeOptions>(std::move(options));
    windows_.tables.push_back({1, DedupeWindows(options_)});
    specs_[0].make = std::move(parse);
    specs_[0].when = FilterOf("message=~\"{.*\"");
    specs_[1].make = DedupeStage(options_);
    if (!when.empty()) specs_[1].when = FilterOf(when);
    chain_ = std::make_unique<StageChain>(specs_, counters_, record_clock);
  }

  // The texts of those that go on. By the clock of the worker, all are there at the first's time.
  std::vector<std::string> Pass(const std::vector<Line>& lines) {
    RecordBatch framed;
    for (const Line& line : lines) {
      std::string time(kUtcTimeBytes, ' ');
      FormatUtc(kFirstNanos + line.second * kSecond, time.data());
      const Span body = framed.AddToArena(line.text);
      const auto covered = static_cast<uint32_t>(line.text.size() + 1);
      framed.Add(body, framed.AddToArena(time), offset_, covered, 0);
      offset_ += covered;
    }
    framed.arena.append(kArenaPaddingBytes, ' ');
    BatchOrigin origin{"2026-01-01T00:00:00.000000000Z", {}, lines.front().second * kSecond};
    origin.windows = &windows_;
    const auto labels = [](std::string_view) { return std::string_view(); };
    batch_.Begin(framed, labels, origin);
    chain_->Run(batch_);
    windows_.ForgetFiltered();
    std::vector<std::string> passed;
    batch_.live().ForEach([&](size_t i) { passed.emplace_back(lines[i].text); });
    return passed;
  }

  // The summaries that are closed, as they are written.
  std::vector<std::string> Closed() {
    std::vector<std::string> written;
    const DedupeSummaries summaries = windows().TakeClosed(SIZE_MAX, SIZE_MAX);
    for (const auto& summary : summaries) {
      RecordBatch framed;
      framed.Add(framed.AddToArena("x"), {}, 0, 2, 0);
      const auto labels = [](std::string_view) { return std::string_view(); };
      batch_.Begin(framed, labels, {"2026-01-01T00:00:00.000000000Z", {}, 0});
      PutSummary(*summary, batch_, 0);
      FieldWriter writer;
      written.emplace_back(writer.Write(batch_.fields(0), NamesOfDocuments()).members);
      ends.push_back(summary->end);
      times.emplace_back(batch_.record(0).time);
      offsets.push_back(summary->last.offset());
      id_bytes.push_back(summary->id_bytes());
    }
    return written;
  }

  DedupeWindows& windows() { return windows_.tables[0].windows; }
  uint64_t filtered() const { return filtered_.value(); }

  std::vector<SummaryEnd> ends;
  std::vector<std::string> times;
  std::vector<int64_t> offsets;
  std::vector<uint32_t> id_bytes;

 private:
  std::shared_ptr<const DedupeOptions> options_;
  PipelineWindows windows_;
  std::vector<StageSpec> specs_{2};
  Counter failures_, filtered_, dropped_;
  std::vector<StageCounters> counters_{2, StageCounters{&filtered_, &dropped_, &failures_}};
  std::unique_ptr<StageChain> chain_;
  StageBatch batch_;
  int64_t offset_ = 0;
};

DedupeOptions By(const std::vector<std::string>& paths) {
  std::vector<RecordKey::Part> parts;
  parts.reserve(paths.size());
  for (const std::string& path : paths) parts.push_back({"", Path(path)});
  DedupeOptions options;
  options.by = RecordKey(std::move(parts));
  return options;
}

TEST(DedupeStage, PassesTheFirstAndSumsUpTheOthersOfItsWindow) {
  Repeats repeats;
  EXPECT_THAT(repeats.Pass({{0, "a"}, {1, "a"}, {4, "a"}, {9, "a"}}), ElementsAre("a"));
  EXPECT_THAT(repeats.Closed(), IsEmpty());
  EXPECT_EQ(repeats.filtered(), 3);
  // The window is over with a later record, be it another one's.
  EXPECT_THAT(repeats.Pass({{10, "b"}}), ElementsAre("b"));
  EXPECT_THAT(
      repeats.Closed(),
      ElementsAre(
          R"("message":"a","dedupe":{"count":3,"since":"2026-01-02T03:04:06.000000000Z"})"));
  EXPECT_THAT(repeats.times, ElementsAre("2026-01-02T03:04:14.000000000Z"));
  EXPECT_THAT(repeats.offsets, ElementsAre(6));
  EXPECT_THAT(repeats.id_bytes, ElementsAre(6));
  EXPECT_THAT(repeats.ends, ElementsAre(SummaryEnd::kWindow));
}

TEST(DedupeStage, BeginsAnotherWindowWithTheFirstRecordBehindTheOld) {
  Repeats repeats;
  EXPECT_THAT(repeats.Pass({{0, "a"}, {5, "a"}, {10, "a"}, {19, "a"}, {20, "a"}}),
              ElementsAre("a", "a", "a"));
  EXPECT_EQ(repeats.Closed().size(), 2u);
  EXPECT_EQ(repeats.filtered(), 2);
  // Nothing was filtered in the third.
  EXPECT_THAT(repeats.Pass({{60, "b"}}), ElementsAre("b"));
  EXPECT_THAT(repeats.Closed(), IsEmpty());
}

TEST(DedupeStage, TakesTheLastRecordAsItCameToTheStage) {
  Repeats repeats(By({"user", "code"}));
  EXPECT_THAT(repeats
                  .Pass({{0, R"({"user":"ann","code":1,"n":1})"},
                         {1, R"({"user":"ann","code":2,"n":2})"},
                         {2, R"({"user":"ann","code":1,"n":3,"\u006d":"\u00e9"})"},
                         {3, R"({"user":"ann","code":1,"n":4,"dedupe":{"count":7}})"}})
                  .size(),
              2u);
  repeats.windows().EndAll(SummaryEnd::kStop);
  EXPECT_THAT(repeats.Closed(),
              ElementsAre(testing::AllOf(testing::HasSubstr(R"("n":4)"),
                                         testing::HasSubstr(R"("dedupe":{"count":7})"),
                                         testing::HasSubstr(R"("dedupe.count":2)"))));
}

// Of a name that a stage made nothing is left when the batch is over.
TEST(DedupeStage, KeepsNamesThatWereMadeForTheRecord) {
  Repeats repeats(By({"app.user"}), {}, /*record_clock=*/true, ParseInto("app"));
  EXPECT_EQ(repeats.Pass({{0, R"({"user":1,"ab":1})"}}).size(), 1u);
  EXPECT_THAT(repeats.Pass({{0, R"({"user":1,"ab":1})"}, {0, R"({"user":2,"zz":1})"}}),
              testing::SizeIs(1));
  EXPECT_EQ(repeats.Pass({{0, R"({"user":3,"cd":1,"more":"and more"})"}}).size(), 1u);
  repeats.windows().EndAll(SummaryEnd::kStop);
  EXPECT_THAT(repeats.Closed(), ElementsAre(testing::StartsWith(R"("app":{"user":1,"ab":1})")));
}

TEST(DedupeStage, LooksAtTheWholeTextWhereThereIsNoMessage) {
  Repeats repeats;
  EXPECT_THAT(repeats.Pass({{0, R"({"a":1})"}, {0, R"({"a":2})"}, {0, R"({"a":1})"}}),
              ElementsAre(R"({"a":1})", R"({"a":2})"));
  // An escaped message and a plain one are the same text.
  EXPECT_THAT(repeats.Pass({{0, R"({"message":"x\u0041"})"}, {0, "xA"}}),
              ElementsAre(R"({"message":"x\u0041"})"));
}

TEST(DedupeStage, LetsRecordsThroughThatHaveNothingAtTheKey) {
  Repeats repeats(By({"user"}));
  EXPECT_EQ(repeats.Pass({{0, "a"}, {0, "a"}, {0, R"({"user":null})"}, {0, "a"}}).size(), 4u);
}

TEST(DedupeStage, TellsApartWhichPartOfTheKeyAValueIsAt) {
  Repeats repeats(By({"a", "b"}));
  EXPECT_EQ(
      repeats.Pass({{0, R"({"a":"x"})"}, {0, R"({"b":"x"})"}, {0, R"({"a":"x","b":""})"}}).size(),
      2u);
}

TEST(DedupeStage, LeavesAloneWhatItsFilterDoesNotMatch) {
  Repeats repeats({}, "message!=\"keep\"");
  EXPECT_THAT(repeats.Pass({{0, "keep"}, {0, "a"}, {0, "keep"}, {0, "a"}}),
              ElementsAre("keep", "a", "keep"));
}

TEST(DedupeStage, MakesRoomForANewKeyByEndingTheOldestWindow) {
  DedupeOptions options;
  options.max_keys = 2;
  Repeats repeats(options);
  EXPECT_THAT(repeats.Pass({{0, "a"}, {0, "a"}, {0, "b"}, {0, "b"}, {0, "c"}}),
              ElementsAre("a", "b", "c"));
  EXPECT_EQ(repeats.Closed().size(), 1u);
  EXPECT_THAT(repeats.ends, ElementsAre(SummaryEnd::kKeys));
  EXPECT_THAT(repeats.Pass({{0, "b"}, {0, "a"}, {0, "c"}}), ElementsAre("a"));
}

TEST(DedupeStage, TakesTheWorkersClockForTheRecordsWhereTheyAreLive) {
  Repeats repeats({}, {}, /*record_clock=*/false);
  EXPECT_THAT(repeats.Pass({{0, "a"}, {100, "a"}, {200, "a"}}), ElementsAre("a"));
  EXPECT_EQ(repeats.windows().due_nanos(), 10 * kSecond);
  repeats.windows().EndOld(10 * kSecond - 1);
  EXPECT_THAT(repeats.Closed(), IsEmpty());
  repeats.windows().EndOld(10 * kSecond);
  EXPECT_EQ(repeats.Closed().size(), 1u);
}

TEST(DedupeStage, SurvivesTimesThatJump) {
  Repeats repeats;
  // One record with a time far ahead does not keep what follows it from going on.
  EXPECT_THAT(repeats.Pass({{0, "a"}, {1'000'000, "a"}, {1, "a"}, {2, "a"}, {-3, "a"}}),
              ElementsAre("a", "a", "a"));
  EXPECT_EQ(repeats.filtered(), 2);
}

TEST(DedupeWindows, CountEveryRecordOnceWhateverEndsThem) {
  DedupeOptions options;
  options.max_keys = 7;
  Repeats repeats(options);
  uint32_t dice = 1;
  size_t fed = 0, passed = 0, summed = 0;
  const auto take = [&] {
    for (const auto& s : repeats.windows().TakeClosed(SIZE_MAX, SIZE_MAX)) summed += s->records;
  };
  for (int batch = 0; batch < 300; ++batch) {
    std::vector<Line> lines;
    for (int i = 0; i < 40; ++i) {
      dice = dice * 1664525 + 1013904223;
      lines.push_back(
          {batch + static_cast<int64_t>(dice >> 28), "k" + std::to_string(dice >> 8 & 15)});
    }
    fed += lines.size();
    passed += repeats.Pass(lines).size();
    if (batch % 3 == 0) take();
    if (batch % 50 == 0) repeats.windows().EndAll(SummaryEnd::kMemory);
  }
  repeats.windows().EndAll(SummaryEnd::kStop);
  take();
  EXPECT_EQ(passed + summed, fed);
  EXPECT_GT(summed, fed / 10);
  EXPECT_TRUE(repeats.windows().idle());
  EXPECT_FALSE(repeats.windows().owes());
  EXPECT_EQ(repeats.windows().held_bytes(), 0u);
}

TEST(DedupeWindows, GiveSummariesInPortions) {
  Repeats repeats;
  for (const std::string text : {"a", "b", "c"}) {
    EXPECT_EQ(
        repeats.Pass({{0, text + std::string(100, 'x')}, {0, text + std::string(100, 'x')}}).size(),
        1u);
  }
  EXPECT_GT(repeats.windows().held_bytes(), 300u);
  repeats.windows().EndAll(SummaryEnd::kStop);
  EXPECT_EQ(repeats.windows().TakeClosed(2, SIZE_MAX).size(), 2u);
  EXPECT_EQ(repeats.windows().TakeClosed(2, 50).size(), 1u);
  EXPECT_TRUE(repeats.windows().idle());
}

}  // namespace
}  // namespace tailrace
