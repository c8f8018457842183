#include "agent/admin/agent_status.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/base/version.h"

namespace tailrace {
namespace {

using nlohmann::json;

TEST(AgentStatus, ShowsTheLedger) {
  AgentStatus status;
  status.records = 3;
  status.read_bytes = 125;
  status.covered_bytes = 100;
  status.skipped_bytes = 20;
  status.routed_records = 2;
  status.filtered["no_pipeline"] = 1;
  status.dropped["sink_full"] = 4;
  SinkStatus sink;
  sink.name = "es";
  sink.down_reason = "401: mend \"api_key\"";
  sink.routed = 20;
  sink.delivered = 1;
  sink.rejected = 2;
  sink.dropped = 4;
  sink.bytes = 80;
  sink.wire_bytes = 60;
  status.sinks = {sink};
  status.dead_letters_down_reason = "disk full";
  const json expected = {
      {"version", kVersion},
      {"uptime_seconds", 1.5},
      {"live", true},
      {"ready", false},
      {"records", 3},
      {"read_bytes", 125},
      {"covered_bytes", 100},
      {"skipped_bytes", 20},
      {"bytes_in_flight", 5},
      {"routed_records", 2},
      {"filtered", {{"no_pipeline", 1}}},
      {"dropped", {{"sink_full", 4}}},
      {"sinks",
       {{"es",
         {{"down_reason", "401: mend \"api_key\""},
          {"routed", 20},
          {"delivered", 1},
          {"rejected", 2},
          {"dropped", 4},
          {"in_flight", 13},
          {"bytes", 80},
          {"wire_bytes", 60}}}}},
      {"dead_letters", {{"down_reason", "disk full"}}},
  };
  const std::string text = RenderStatus(status, {std::chrono::milliseconds(1500), true, false});
  EXPECT_EQ(json::parse(text), expected) << text;
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(AgentStatus, OfAnAgentWithoutAnythingIsWhole) {
  const json status = json::parse(RenderStatus({}, {}));
  EXPECT_EQ(status["sinks"], json::object());
  EXPECT_EQ(status["filtered"], json::object());
  EXPECT_EQ(status["uptime_seconds"], 0);
}

// Counters of several threads are read one after the other.
TEST(AgentStatus, SettledBeforeRoutedWasReadIsBelowZero) {
  AgentStatus status;
  status.covered_bytes = 7;
  SinkStatus sink;
  sink.name = "es";
  sink.delivered = 3;
  status.sinks = {sink};
  const json rendered = json::parse(RenderStatus(status, {}));
  EXPECT_EQ(rendered["sinks"]["es"]["in_flight"], -3);
  EXPECT_EQ(rendered["bytes_in_flight"], -7);
}

TEST(AgentStatus, NamesAndReasonsCannotForgeMembers) {
  const std::string hostile = "\",\"live\":true,\"x\":\"\n\x01\xff";
  AgentStatus status;
  status.filtered[hostile] = 1;
  SinkStatus sink;
  sink.name = hostile;
  sink.down_reason = hostile;
  status.sinks = {sink};
  const json rendered = json::parse(RenderStatus(status, {{}, false, false}));
  EXPECT_EQ(rendered["live"], false);
  EXPECT_EQ(rendered["filtered"].size(), 1u);
  EXPECT_EQ(rendered["sinks"].size(), 1u);
}

}  // namespace
}  // namespace tailrace
