// What is wrong in the section `agent` and at the top level, as it is shown.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

const std::string kRest = std::string(kSources) + kPipelines + kSinks;

struct Case {
  std::string yaml;
  std::string rendered;
};

void ExpectErrors(const Case& c, const std::string& rest) {
  const LoadedText loaded = LoadText(c.yaml + rest);
  EXPECT_FALSE(loaded.config.has_value()) << c.yaml;
  EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
}

TEST(AgentErrors, AreShownWithTheirPlace) {
  const Case cases[] = {
      {"agent: {memory_limt: 1GiB}\n",
       "tailrace.yaml:1:9: error: unknown key \"memory_limt\" in \"agent\"; did you mean "
       "\"memory_limit\"?\nagent: {memory_limt: 1GiB}\n        ^\n"},
      {"agent:\n  memory_limit: 128\n",
       "tailrace.yaml:2:17: error: \"memory_limit\": a size needs a unit, such as 64KiB or 10MiB\n"
       "  memory_limit: 128\n                ^\n"},
      {"agent:\n  memory_limit: 1MiB\n",
       "tailrace.yaml:2:17: error: \"memory_limit\": must be from 16MiB to 1TiB\n"
       "  memory_limit: 1MiB\n                ^\n"},
      {"agent:\n  memory_limit: [1MiB]\n",
       "tailrace.yaml:2:17: error: \"memory_limit\": expected a size such as 64KiB or 10MiB, got a "
       "list\n"
       "  memory_limit: [1MiB]\n                ^\n"},
      {"agent:\n  workers: many\n",
       "tailrace.yaml:2:12: error: \"workers\": expected auto or a number from 1 to 64\n"
       "  workers: many\n           ^\n"},
      {"agent:\n  workers: 65\n",
       "tailrace.yaml:2:12: error: \"workers\": expected auto or a number from 1 to 64\n"
       "  workers: 65\n           ^\n"},
      {"agent:\n  reload: sometimes\n",
       "tailrace.yaml:2:11: error: \"reload\": unknown value \"sometimes\"; known: signal, watch\n"
       "  reload: sometimes\n          ^\n"},
      {"agent:\n  log_level: warning\n",
       "tailrace.yaml:2:14: error: \"log_level\": unknown value \"warning\"; known: info, debug, "
       "warn, error\n  log_level: warning\n             ^\n"},
      {"agent:\n  shutdown_timeout: 30\n",
       "tailrace.yaml:2:21: error: \"shutdown_timeout\": a duration needs a unit, such as 250ms, "
       "30s or 1h30m\n  shutdown_timeout: 30\n                    ^\n"},
      {"agent:\n  state_dir: state\n",
       "tailrace.yaml:2:14: error: \"state_dir\": expected an absolute path, such as "
       "/var/log/app.log\n  state_dir: state\n             ^\n"},
      {"agent:\n  max_read_rate: 5MiB\n",
       "tailrace.yaml:2:18: error: \"max_read_rate\": expected a rate such as 5MiB/s\n"
       "  max_read_rate: 5MiB\n                 ^\n"},
      {"agent:\n  max_read_rate: 1B/s\n",
       "tailrace.yaml:2:18: error: \"max_read_rate\": must be unlimited, or from 64KiB/s to "
       "1TiB/s\n  max_read_rate: 1B/s\n                 ^\n"},
  };
  for (const Case& c : cases) ExpectErrors(c, kRest);
}

TEST(AdminErrors, AreShownWithTheirPlace) {
  const Case cases[] = {
      {"agent:\n  admin: {listen: 9600}\n",
       "tailrace.yaml:2:19: error: \"listen\": expected HOST:PORT, such as 127.0.0.1:9600\n"
       "  admin: {listen: 9600}\n                  ^\n"},
      {"agent:\n  admin: {listen: '::1:9600'}\n",
       "tailrace.yaml:2:20: error: \"listen\": expected HOST:PORT, such as 127.0.0.1:9600\n"
       "  admin: {listen: '::1:9600'}\n                   ^\n"},
      {"agent:\n  admin: {listen: 'localhost:99999'}\n",
       "tailrace.yaml:2:20: error: \"listen\": expected HOST:PORT, such as 127.0.0.1:9600\n"
       "  admin: {listen: 'localhost:99999'}\n                   ^\n"},
      {"agent:\n  admin: {sock: /x}\n",
       "tailrace.yaml:2:11: error: unknown key \"sock\" in \"admin\"; did you mean \"socket\"?\n"
       "  admin: {sock: /x}\n          ^\n"},
      {"agent:\n  admin: 127.0.0.1:9600\n",
       "tailrace.yaml:2:10: error: \"admin\": expected a map, got a value\n"
       "  admin: 127.0.0.1:9600\n         ^\n"},
      {"agent:\n  admin: {socket: /" + std::string(107, 'x') + "}\n",
       "tailrace.yaml:2:10: error: the path of the admin socket is longer than 107 bytes, which is "
       "all that a socket can have: \"/" +
           std::string(79, 'x') + "...\"\n  admin: {socket: /" + std::string(107, 'x') +
           "}\n         ^\n"},
      {"agent:\n  state_dir: /" + std::string(100, 'x') + "\n",
       "tailrace.yaml:2:14: error: the path of the admin socket is longer than 107 bytes, which is "
       "all that a socket can have: \"/" +
           std::string(79, 'x') + "...\"\n  state_dir: /" + std::string(100, 'x') +
           "\n             ^\n"},
      {"agent:\n  node_name:\n",
       "tailrace.yaml:2:3: error: \"node_name\" has no value\n  node_name:\n  ^\n"},
      {"agent:\n  node_name: ''\n",
       "tailrace.yaml:2:14: error: \"node_name\" is empty\n  node_name: ''\n             ^\n"},
      {"agent:\n  node_name: \"a-${NODE}\"\n",
       "tailrace.yaml:2:17: error: the environment variable \"NODE\" is not set; a default is "
       "written ${NODE:-default}\n  node_name: \"a-${NODE}\"\n                ^\n"},
      {"agent:\n  shutdown_timeout: ${T:-soon}\n",
       "tailrace.yaml:2:21: error: \"shutdown_timeout\": expected a duration such as 250ms, 30s or "
       "1h30m (the value is \"soon\")\n  shutdown_timeout: ${T:-soon}\n"
       "                    ^\n"},
      {"agent: [a]\n",
       "tailrace.yaml:1:8: error: \"agent\": expected a map, got a list\nagent: [a]\n       ^\n"},
  };
  for (const Case& c : cases) ExpectErrors(c, kRest);
}

TEST(TopLevelErrors, AreShownWithTheirPlace) {
  const std::string missing_all =
      "tailrace.yaml: error: the section \"sources\" is missing or empty\n"
      "tailrace.yaml: error: the section \"pipelines\" is missing or empty\n"
      "tailrace.yaml: error: the section \"sinks\" is missing or empty\n";
  const Case cases[] = {
      {"", missing_all},
      {"sources:\npipelines: {}\n", missing_all},
      {"a:b\n", missing_all + "tailrace.yaml:1:1: error: expected a map of sections, got a value; "
                              "is a \": \" missing?\na:b\n^\n"},
      {"- a\n", missing_all + "tailrace.yaml:1:1: error: expected a map of sections, got a list; "
                              "is a \": \" missing?\n- a\n^\n"},
      {"source: {}\n" + kRest,
       "tailrace.yaml:1:1: error: unknown section \"source\"; did you mean \"sources\"?\n"
       "source: {}\n^\n"},
      {"alerts: {}\n" + kRest,
       "tailrace.yaml:1:1: error: \"alerts\" is not supported in this version\nalerts: {}\n^\n"},
      {kRest + "sinks: {}\n",
       "tailrace.yaml:4:1: error: duplicate key \"sinks\"; it stands in line 3 as well\n"
       "sinks: {}\n^\n"},
      {kRest + "x: [\n",
       "tailrace.yaml:5:1: error: invalid YAML: expected \",\" or \"]\" here\n\n^\n"},
  };
  for (const Case& c : cases) ExpectErrors(c, "");
}

TEST(ConfigErrors, AreAllShownAtOnceInTheOrderOfTheFile) {
  const LoadedText loaded = LoadText(
      "sinks:\n  out: {typ: blackhole}\n"
      "pipelines:\n  all: {from: [pod], to: [oot]}\n"
      "sources:\n  pods: {type: kubernetes_log}\n"
      "agent: {workers: 0}\n");
  EXPECT_EQ(loaded.errors, 5u);
  EXPECT_EQ(
      loaded.diagnostics,
      "tailrace.yaml:2:9: error: unknown key \"typ\" in sink \"out\"; did you mean \"type\"?\n"
      "  out: {typ: blackhole}\n        ^\n"
      "tailrace.yaml:4:16: error: there is no source \"pod\"; did you mean \"pods\"?\n"
      "  all: {from: [pod], to: [oot]}\n               ^\n"
      "tailrace.yaml:4:27: error: there is no sink \"oot\"; did you mean \"out\"?\n"
      "  all: {from: [pod], to: [oot]}\n                          ^\n"
      "tailrace.yaml:6:16: error: unknown type \"kubernetes_log\"; did you mean "
      "\"kubernetes_logs\"?\n  pods: {type: kubernetes_log}\n               ^\n"
      "tailrace.yaml:7:18: error: \"workers\": expected auto or a number from 1 to 64\n"
      "agent: {workers: 0}\n                 ^\n");
}

TEST(ConfigErrors, SecretsAreNeverShown) {
  const LoadedText loaded =
      LoadText("agent: {id_kee: hunter2}\n" + std::string(kSources) + kPipelines +
                   "sinks:\n  out: {type: elasticsearch, endpoints: ['http://u:hunter2@es:9200'], "
                   "pasword: hunter2, api_key: '${BAD}', index: x}\n",
               {{"BAD", "hunter2 \n"}});
  EXPECT_EQ(loaded.errors, 4u) << loaded.diagnostics;
  EXPECT_EQ(loaded.diagnostics.find("hunter2"), std::string::npos) << loaded.diagnostics;
}

}  // namespace
}  // namespace tailrace
