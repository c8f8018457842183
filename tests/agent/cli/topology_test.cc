#include "agent/cli/topology.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "agent/cli/balance.h"
#include "agent/config/load_config.h"

namespace tailrace {
namespace {

constexpr int kFiles = 40;
constexpr int kLines = 3000;

std::string LineOf(int file, int line) {
  return "file " + std::to_string(file) + " line " + std::to_string(line) + " " +
         std::string(static_cast<size_t>((file * 7 + line * 13) % 200), 'x');
}

class TopologyTest : public testing::Test {
 protected:
  TopologyTest() : dir_(testing::TempDir() + "topology_test") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_ + "/logs");
    for (int file = 0; file < kFiles; ++file) {
      std::ofstream log(dir_ + "/logs/" + std::to_string(file) + ".log");
      for (int line = 0; line < kLines; ++line) log << LineOf(file, line) << '\n';
    }
  }
  ~TopologyTest() override { std::filesystem::remove_all(dir_); }

  Config Load() {
    std::ofstream(dir_ + "/tailrace.yaml")
        << "agent: {state_dir: " << dir_ << "/state, memory_limit: 16MiB, workers: 3}\n"
        << "sources: {logs: {type: file, include: [" << dir_ << "/logs/*.log], max_line: 64KiB}}\n"
        << "pipelines: {all: {from: [logs], to: [hole, out]}}\n"
        << "sinks:\n  hole: {type: blackhole}\n"
        << "  out: {type: file, path: " << dir_ << "/out.ndjson, flush_interval: 10ms}\n";
    Diagnostics diagnostics;
    LoadEnvironment environment;
    environment.variable = [](std::string_view) { return std::nullopt; };
    std::optional<Config> config = LoadConfig(dir_ + "/tailrace.yaml", environment, diagnostics);
    EXPECT_TRUE(config.has_value()) << diagnostics.Render();
    return *std::move(config);
  }
  std::multiset<std::string> Messages() {
    std::multiset<std::string> messages;
    std::ifstream out(dir_ + "/out.ndjson");
    for (std::string line; std::getline(out, line);) {
      messages.insert(nlohmann::json::parse(line)["message"]);
    }
    return messages;
  }

  const std::string dir_;
};

// Rings that hold one or two make every thread wait for every other one, all the time.
TEST_F(TopologyTest, EveryLineArrivesOnceThoughEveryRingIsFullAllTheTime) {
  const Config config = Load();
  RunOptions options;
  options.once = true;
  options.rings = {1, 1, 1, 2};
  MetricRegistry registry;
  const SystemClock clock;
  auto topology = Topology::Build(config, options, registry, clock);
  ASSERT_TRUE(topology.ok()) << topology.status();
  std::multiset<std::string> threads;
  for (const Heartbeat& heartbeat : (*topology)->heartbeats()) {
    threads.insert(heartbeat.thread());
    EXPECT_FALSE(heartbeat.ended()) << heartbeat.thread();
  }
  EXPECT_EQ(threads,
            (std::multiset<std::string>{"state", "lane:hole", "lane:out", "lane:dead_letters",
                                        "worker:0", "worker:1", "worker:2", "reader"}));
  (*topology)->Start();
  pollfd ended{(*topology)->ended_fd(), POLLIN, 0};
  ASSERT_EQ(poll(&ended, 1, -1), 1);
  ASSERT_TRUE((*topology)->Join().ok());
  for (const Heartbeat& heartbeat : (*topology)->heartbeats()) {
    EXPECT_TRUE(heartbeat.ended()) << heartbeat.thread();
  }
  const Balance balance = TakeBalance(registry, {"hole", "out"});
  EXPECT_TRUE(balance.balanced()) << RenderSummary(balance, 0, 0);
  EXPECT_EQ(balance.records, uint64_t{kFiles} * kLines);
  std::multiset<std::string> expected;
  for (int file = 0; file < kFiles; ++file) {
    for (int line = 0; line < kLines; ++line) expected.insert(LineOf(file, line));
  }
  EXPECT_TRUE(Messages() == expected);
}

}  // namespace
}  // namespace tailrace
