// A running topology, with real threads, taken from one config to the next while files grow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "agent/cli/topology.h"
#include "agent/config/load_config.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

class TopologyReloadTest : public testing::Test {
 protected:
  TopologyReloadTest() : dir_(testing::TempDir() + "topology_reload_test") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_ + "/a");
    std::filesystem::create_directories(dir_ + "/b");
  }
  ~TopologyReloadTest() override {
    topology_.reset();
    std::filesystem::remove_all(dir_);
  }

  // `agent` are further keys of the section.
  Config Load(const std::string& rest, const std::string& agent = "") {
    std::ofstream(dir_ + "/tailrace.yaml")
        << "agent: {state_dir: " << dir_ << "/state, memory_limit: 32MiB, workers: 3" << agent
        << "}\n"
        << rest;
    Diagnostics diagnostics;
    LoadEnvironment environment;
    environment.variable = [](std::string_view) { return std::nullopt; };
    std::optional<Config> config = LoadConfig(dir_ + "/tailrace.yaml", environment, diagnostics);
    EXPECT_TRUE(config.has_value()) << diagnostics.Render();
    return *std::move(config);
  }
  std::string Source(const std::string& name, const std::string& keys = "") {
    return "  " + name + ": {type: file, include: [" + dir_ + "/" + name + "/*.log]" + keys + "}\n";
  }
  std::string Out(const std::string& name, const std::string& keys = "") {
    return "  " + name + ": {type: file, flush_interval: 10ms, path: " + dir_ + "/" + name +
           ".ndjson" + keys + "}\n";
  }
  // What everything goes to `out` with.
  Config Usual(const std::string& keys = "") {
    return Load("sources:\n" + Source("a") + Source("b") +
                "pipelines: {all: {from: [a, b], to: [out]}}\nsinks:\n" + Out("out", keys));
  }

  void Start(const Config& config) {
    auto built = Topology::Build(config, RunOptions{}, registry_, clock_);
    ASSERT_TRUE(built.ok()) << built.status();
    topology_ = *std::move(built);
    topology_->Start();
  }
  // Looks again and again, for at most half a minute.
  void Await(const std::function<bool()>& done) {
    const MonotonicTime guard = clock_.Now() + std::chrono::seconds(30);
    pollfd ended{topology_->ended_fd(), POLLIN, 0};
    while (!done() && clock_.Now() < guard) poll(&ended, 1, 2);
    ASSERT_TRUE(done());
  }
  void Reload(const Config& config) {
    const auto answer = topology_->Reload(config);
    ASSERT_TRUE(answer.ok()) << answer.status();
    Await([&] { return topology_->reloaded(); });
  }
  void Stop() {
    topology_->Stop(clock_.Now() + std::chrono::seconds(20));
    pollfd ended{topology_->ended_fd(), POLLIN, 0};
    ASSERT_EQ(poll(&ended, 1, -1), 1);
    ASSERT_TRUE(topology_->Join().ok());
  }

  void Write(const std::string& source, int lines) {
    std::ofstream log(dir_ + "/" + source + "/" + std::to_string(written_ % 5) + ".log",
                      std::ios::app);
    for (int i = 0; i < lines; ++i) {
      log << "line " << written_ << '\n';
      expected_.insert("line " + std::to_string(written_++));
    }
  }
  std::multiset<std::string> Messages(const std::string& sink) {
    std::multiset<std::string> messages;
    std::ifstream out(dir_ + "/" + sink + ".ndjson");
    for (std::string line; std::getline(out, line);) {
      messages.insert(nlohmann::json::parse(line)["message"]);
    }
    return messages;
  }
  uint64_t Metric(std::string_view name) {
    uint64_t total = 0;
    for (const MetricFamily& family : registry_.Snapshot()) {
      if (family.name != name) continue;
      for (const MetricSeries& series : family.series) total += series.counter->value();
    }
    return total;
  }

  const std::string dir_;
  MetricRegistry registry_;
  const SystemClock clock_;
  std::unique_ptr<Topology> topology_;
  int written_ = 0;
  std::multiset<std::string> expected_;
};

TEST_F(TopologyReloadTest, EveryLineArrivesOnceThoughEverythingChangesAllTheTime) {
  Start(Usual());
  const std::string pipelines[] = {
      "pipelines: {all: {from: [a, b], to: [out]}}\n",
      "pipelines: {b: {from: [b], to: [out]}, other: {from: [a], stages: [{parse: json}], to: "
      "[out]}}\n"};
  for (int round = 0; round < 24; ++round) {
    Write("a", 500);
    Write("b", 300);
    const bool with_b = round % 4 != 1;
    const std::string keys = round % 3 == 0 ? ", max_files: 3" : "";
    const std::string labels = ", labels: {round: \"" + std::to_string(round / 5) + "\"}";
    std::string text = "sources:\n" + Source("a", labels);
    if (with_b) {
      text += Source("b") + pipelines[round % 2];
    } else {
      text += "pipelines: {a: {from: [a], to: [out]}}\n";
    }
    Reload(Load(text + "sinks:\n" + Out("out", keys)));
    topology_->Tidy();
  }
  Reload(Usual());
  Await([&] { return Metric("tailrace_records_delivered_total") >= expected_.size(); });
  Await([&] { return !topology_->Tidy(); });
  Stop();
  EXPECT_TRUE(Messages("out") == expected_);
  EXPECT_EQ(Metric("tailrace_records_dropped_total"), 0u);
}

TEST_F(TopologyReloadTest, ARemovedDeadSinkEndsAndTakesNobodyWithIt) {
  const std::string dead =
      "  dead: {type: elasticsearch, endpoints: [\"http://127.0.0.1:1\"], data_stream: logs-a-b, "
      "flush_interval: 10ms}\n";
  const std::string agent = ", shutdown_timeout: 100ms";
  Write("b", 50);
  Start(Load("sources:\n" + Source("a") + Source("b") +
                 "pipelines: {a: {from: [a], to: [out]}, b: {from: [b], to: [out, dead]}}\n" +
                 "sinks:\n" + Out("out") + dead,
             agent));
  Await([&] { return topology_->down_reason(1) != ""; });
  Await([&] { return Metric("tailrace_records_delivered_total") == 50; });
  Reload(Load("sources:\n" + Source("a") + Source("b") +
                  "pipelines: {all: {from: [a, b], to: [out]}}\nsinks:\n" + Out("out"),
              agent));
  Await([&] { return !topology_->Tidy(); });
  EXPECT_EQ(Metric("tailrace_records_dropped_total"), 50u);
  Write("b", 20);
  Await([&] { return Metric("tailrace_records_delivered_total") == 70; });
  Stop();
  EXPECT_TRUE(Messages("out") == expected_);
}

TEST_F(TopologyReloadTest, WhatAWrongAddressHeldUpGoesToTheRightOne) {
  const auto config = [&](const std::string& path) {
    return Load("sources:\n" + Source("a") + "pipelines: {all: {from: [a], to: [out]}}\n" +
                "sinks:\n  out: {type: file, flush_interval: 10ms, path: " + path + "}\n");
  };
  Write("a", 100);
  Start(config(dir_ + "/no/such/folder/out.ndjson"));
  Await([&] { return topology_->down_reason(0) != ""; });
  Await([&] { return Metric("tailrace_sink_routed_records_total") == 100; });
  Reload(config(dir_ + "/out.ndjson"));
  Await([&] { return Metric("tailrace_records_delivered_total") == 100; });
  Stop();
  EXPECT_TRUE(Messages("out") == expected_);
  EXPECT_EQ(Metric("tailrace_records_dropped_total"), 0u);
}

TEST_F(TopologyReloadTest, AnUnchangedSinkKeepsItsLane) {
  Start(Usual());
  const size_t threads = topology_->heartbeats().size();
  Reload(Usual());
  EXPECT_EQ(topology_->heartbeats().size(), threads);
  Reload(Usual(", max_files: 3"));
  EXPECT_EQ(topology_->heartbeats().size(), threads + 1);
  Await([&] { return !topology_->Tidy(); });
  Stop();
}

TEST_F(TopologyReloadTest, WhatTheAgentWasMadeWithStaysAndIsNamed) {
  Start(Usual());
  const auto answer =
      topology_->Reload(Load("sources:\n" + Source("a") +
                                 "pipelines: {all: {from: [a], to: [out]}}\nsinks:\n" + Out("out"),
                             ", id_key: other, log_level: warn"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(*answer, ElementsAre("agent.id_key"));
  EXPECT_EQ(topology_->config().agent.id_key, kPublishedIdKey);
  EXPECT_EQ(topology_->config().agent.log_level, LogLevel::kWarn);
  Await([&] { return topology_->reloaded(); });
  Stop();
  EXPECT_EQ(topology_->Reload(Usual()).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(TopologyReloadTest, ASinkThatCannotBeMadeChangesNothing) {
  Start(Usual());
  Config bad = Usual();
  bad.sinks[0].type = SinkType::kElasticsearch;
  bad.sinks[0].elasticsearch.endpoints = {"no address"};
  const size_t threads = topology_->heartbeats().size();
  const auto answer = topology_->Reload(bad);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument) << answer.status();
  EXPECT_TRUE(topology_->reloaded());
  EXPECT_EQ(topology_->heartbeats().size(), threads);
  Write("a", 10);
  Await([&] { return Metric("tailrace_records_delivered_total") == 10; });
  Stop();
}

}  // namespace
}  // namespace tailrace
