#include "agent/config/config_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kTwoSources[] =
    "sources:\n  a: {type: file, include: [/a/*.log]}\n  b: {type: file, include: [/b/*.log]}\n";
constexpr char kOnePipeline[] = "pipelines: {p: {from: [a, b], to: [es, out]}}\n";
constexpr char kTwoSinks[] =
    "sinks:\n  es: {type: elasticsearch, endpoints: [\"http://es:9200\"], data_stream: logs-a-b,"
    " password: \"${PASSWORD:-x}\", user: u}\n  out: {type: file, path: /out.ndjson}\n";

Config Load(const std::string& text, Variables variables = {}) {
  LoadedText loaded = LoadText(text, std::move(variables));
  EXPECT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  return *std::move(loaded.config);
}

Config Usual() { return Load(std::string(kTwoSources) + kOnePipeline + kTwoSinks); }

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<ItemFate> Fates(const std::vector<ItemDiff>& diffs) {
  std::vector<ItemFate> fates;
  for (const ItemDiff& diff : diffs) fates.push_back(diff.fate);
  return fates;
}

TEST(ConfigDiff, TheSameTextChangesNothing) {
  const ConfigDiff diff = DiffConfigs(Usual(), Usual());
  EXPECT_THAT(Fates(diff.sources), ElementsAre(ItemFate::kKept, ItemFate::kKept));
  EXPECT_THAT(Fates(diff.sinks), ElementsAre(ItemFate::kKept, ItemFate::kKept));
  EXPECT_THAT(diff.removed_sinks, IsEmpty());
  EXPECT_THAT(diff.removed_sources, IsEmpty());
  EXPECT_THAT(diff.at_next_start, IsEmpty());
}

TEST(ConfigDiff, EveryOptionOfASinkOrSourceCounts) {
  const struct {
    const char* from;
    const char* to;
  } cases[] = {{"http://es:9200", "http://es:9201"},
               {"logs-a-b", "logs-a-c"},
               {"${PASSWORD:-x}", "y"},
               {"user: u", "user: v"},
               {"user: u", "user: u, compression: none"},
               {"user: u", "user: u, when_full: drop"},
               {"user: u", "user: u, dead_letter: {max_size: 2MiB}"},
               {"http://es:9200", "https://es:9200"},
               {"/out.ndjson", "/other.ndjson"},
               {"path: /out.ndjson", "path: /out.ndjson, max_files: 3"},
               {"/a/*.log]", "/a/*.log], labels: {x: y}"},
               {"/a/*.log]", "/a/*.log], poll_interval: 9s"},
               {"/a/*.log]", "/a/*.log, /c/*.log]"}};
  const std::string text = std::string(kTwoSources) + kOnePipeline + kTwoSinks;
  for (const auto& [from, to] : cases) {
    const ConfigDiff diff = DiffConfigs(Usual(), Load(Replaced(text, from, to)));
    std::vector<ItemFate> fates = Fates(diff.sinks);
    for (const ItemFate fate : Fates(diff.sources)) fates.push_back(fate);
    EXPECT_EQ(std::count(fates.begin(), fates.end(), ItemFate::kChanged), 1) << to;
    EXPECT_EQ(std::count(fates.begin(), fates.end(), ItemFate::kKept), 3) << to;
  }
}

TEST(ConfigDiff, NamesTellWhatCameAndWentWhereverItStands) {
  const Config after = Load(
      "sources:\n  c: {type: file, include: [/c/*.log]}\n  b: {type: file, include: [/b/*.log]}\n"
      "pipelines: {p: {from: [b, c], to: [out, hole]}}\n"
      "sinks:\n  hole: {type: blackhole}\n  out: {type: file, path: /out.ndjson}\n");
  const ConfigDiff diff = DiffConfigs(Usual(), after);
  EXPECT_THAT(Fates(diff.sources), ElementsAre(ItemFate::kAdded, ItemFate::kKept));
  EXPECT_EQ(diff.sources[1].before, 1u);
  EXPECT_THAT(diff.removed_sources, ElementsAre(0u));
  EXPECT_THAT(Fates(diff.sinks), ElementsAre(ItemFate::kAdded, ItemFate::kKept));
  EXPECT_EQ(diff.sinks[1].before, 1u);
  EXPECT_THAT(diff.removed_sinks, ElementsAre(0u));
}

TEST(ConfigDiff, WhatHasToWaitForTheNextStartIsNamedAndStaysAsItIs) {
  const std::string rest = std::string(kTwoSources) + kOnePipeline + kTwoSinks;
  const Config before = Usual();
  const Config after = Load(
      "agent: {workers: 3, id_key: other, admin: {listen: \"127.0.0.1:1\"}, log_level: debug,"
      " shutdown_timeout: 7s}\n" +
      Replaced(rest, "/b/*.log]", "/b/*.log], max_line: 2MiB"));
  EXPECT_THAT(DiffConfigs(before, after).at_next_start,
              ElementsAre("agent.workers", "agent.id_key", "agent.admin.listen",
                          "sources.b.max_line of the files that are open"));
  const Config running = WithoutRestart(before, after);
  EXPECT_EQ(running.agent.workers, before.agent.workers);
  EXPECT_EQ(running.agent.id_key, before.agent.id_key);
  EXPECT_EQ(running.agent.log_level, LogLevel::kDebug);
  EXPECT_EQ(running.agent.shutdown_timeout, std::chrono::seconds(7));
}

TEST(ConfigDiff, PayloadsOfOneKindOfSinkAreNotForAnother) {
  const std::string text = std::string(kTwoSources) + kOnePipeline + kTwoSinks;
  const SinkConfig es = Usual().sinks[0];
  const auto takes = [&](const char* from, const char* to) {
    return TakesPayloadsOf(Load(Replaced(text, from, to)).sinks[0], es);
  };
  EXPECT_TRUE(takes("http://es:9200", "http://es:9201"));
  EXPECT_TRUE(takes("logs-a-b", "logs-a-c"));
  EXPECT_FALSE(takes("user: u", "user: u, id: auto"));
  EXPECT_FALSE(TakesPayloadsOf(Usual().sinks[1], es));
}

}  // namespace
}  // namespace tailrace
