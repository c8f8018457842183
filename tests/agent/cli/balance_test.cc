#include "agent/cli/balance.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tailrace {
namespace {

Balance Balanced() {
  Balance balance;
  balance.records = 12;
  balance.read_bytes = 1000;
  balance.covered_bytes = 990;
  balance.skipped_bytes = 10;
  balance.copied_records = 1;
  balance.summaries = 2;
  balance.filtered = {{"no_pipeline", 2}, {"dedupe", 3}};
  balance.routed_records = 10;
  balance.multiline_taken = balance.multiline_sent = {{"shop", 30}};
  balance.dropped = {{"sink_full", 1}};
  SinkBalance& sink = balance.sinks.emplace_back();
  sink.name = "es";
  sink.routed = 10;
  sink.delivered = 7;
  sink.rejected = 2;
  sink.dropped = 1;
  sink.settled = 9;
  sink.dead_letters = 2;
  return balance;
}

TEST(Balance, HoldsOnlyWhileEverySideDoes) {
  ASSERT_TRUE(Balanced().balanced());
  const std::vector<std::pair<const char*, std::function<void(Balance&)>>> bugs = {
      {"a record more", [](Balance& b) { ++b.records; }},
      {"a byte read more", [](Balance& b) { ++b.read_bytes; }},
      {"a byte covered less", [](Balance& b) { --b.covered_bytes; }},
      {"a byte skipped twice", [](Balance& b) { ++b.skipped_bytes; }},
      {"a record filtered in silence", [](Balance& b) { b.filtered.clear(); }},
      {"a summary that is not counted", [](Balance& b) { --b.summaries; }},
      {"a copy that is not counted", [](Balance& b) { --b.copied_records; }},
      {"a record routed less", [](Balance& b) { --b.routed_records; }},
      {"a line that is in no event", [](Balance& b) { ++b.multiline_taken["shop"]; }},
      {"a line in two events", [](Balance& b) { ++b.multiline_sent["shop"]; }},
      {"a record never sent", [](Balance& b) { ++b.sinks[0].routed; }},
      {"a record delivered twice", [](Balance& b) { ++b.sinks[0].delivered; }},
      {"a drop that is not counted", [](Balance& b) { --b.sinks[0].dropped; }},
      {"a verdict that never came back", [](Balance& b) { --b.sinks[0].settled; }},
      {"a dead letter that was not written", [](Balance& b) { --b.sinks[0].dead_letters; }},
  };
  for (const auto& [what, bug] : bugs) {
    Balance balance = Balanced();
    bug(balance);
    EXPECT_FALSE(balance.balanced()) << what;
  }
}

TEST(Balance, IsRenderedAsTheLineThatOncePrints) {
  const nlohmann::json line = nlohmann::json::parse(RenderSummary(Balanced(), 1.5, 0.25));
  EXPECT_EQ(line, nlohmann::json::parse(R"({"records":12,"bytes":1000,"seconds":1.5,
      "cpu_seconds":0.25,"filtered":{"dedupe":3,"no_pipeline":2},"dropped":{"sink_full":1},
      "sinks":{"es":{"delivered":7,"rejected":2,"bytes":0,"wire_bytes":0}},"balanced":true})"));
}

}  // namespace
}  // namespace tailrace
