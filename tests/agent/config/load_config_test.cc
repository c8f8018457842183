#include "agent/config/load_config.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include <string>

#include "agent/config/describe_config.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kFullAgentAndSources[] = R"(
agent:
  state_dir: /srv/state/
  memory_limit: 256MiB
  workers: 2
  log_level: debug
  shutdown_timeout: 10s
  core_dumps: true
  node_name: n1
  cluster_name: prod
  id_key: "${ID_KEY}"
  max_read_rate: 50MiB/s
  admin: {listen: "[::1]:9700", socket: /run/tailrace.sock}
sources:
  pods:
    type: kubernetes_logs
    root: /pods
    select: '{namespace!="kube-system"}'
    start_at: 1h
    max_line: 256KiB
    max_held_deleted: 0B
    flush_partial: 1s
    allow_targets: []
    include_self: true
    poll_interval: 500ms
  web:
    type: file
    include: [/var/log/nginx/**/access.log*, "${DIR:-/srv}/x.log"]
    exclude: [/var/log/nginx/old/*]
    format: docker
    labels: {job: nginx, app: "${APP}"}
    start_at: end
    ignore_older: 1d
    encoding: utf-8
)";

constexpr char kFullPipelinesAndSinks[] = R"(
pipelines:
  first:
    from: [pods, web]
    match: '{namespace="${NS}", pod=~"api$|${x}"}'
    continue: true
    stages:
      - {parse: json, into: app_log, name: app}
    to: [es, out]
  second: {from: web, to: out, stages: [parse: none]}
sinks:
  es:
    type: elasticsearch
    endpoints: ["http://es-1:9200/", "http://[::1]:9200/prefix"]
    data_stream: "logs-{{ namespace }}-default"
    id: auto
    compression: none
    batch_bytes: 2MiB
    flush_interval: 200ms
    max_in_flight: 8
    timeout: 5s
    user: elastic
    password: "${ES_PASSWORD}"
    retry: {min: 100ms, max: 1m}
    when_full: drop
    max_destinations: 10
    dead_letter: {path: /srv/es.dead, max_size: 1MiB, when_full: drop}
  out:
    type: file
    path: /srv/out.ndjson
    max_size: 1MiB
    max_files: 3
    compression: none
    flush_interval: 2s
)";

const Variables kVariables = {
    {"ID_KEY", "mine"}, {"APP", "front"}, {"NS", "shop"}, {"ES_PASSWORD", "pa:ss"}};

LoadedText LoadFull() {
  return LoadText(std::string(kFullAgentAndSources) + kFullPipelinesAndSinks, kVariables);
}

TEST(LoadConfig, AgentKeysArriveWhereTheyBelong) {
  const LoadedText loaded = LoadFull();
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  const AgentOptions& agent = loaded.config->agent;
  EXPECT_EQ(agent.state_dir, "/srv/state");
  EXPECT_EQ(agent.memory_limit_bytes, 256 << 20);
  EXPECT_EQ(agent.workers, 2);
  EXPECT_EQ(agent.log_level, LogLevel::kDebug);
  EXPECT_EQ(agent.shutdown_timeout, seconds(10));
  EXPECT_TRUE(agent.core_dumps);
  EXPECT_EQ(agent.node_name, "n1");
  EXPECT_EQ(agent.cluster_name, "prod");
  EXPECT_EQ(agent.id_key, "mine");
  EXPECT_EQ(agent.max_read_rate_bytes, 50 << 20);
  EXPECT_EQ(agent.admin_listen, "[::1]:9700");
  EXPECT_EQ(agent.admin_socket, "/run/tailrace.sock");
}

TEST(LoadConfig, SourceKeysArriveWhereTheyBelong) {
  const LoadedText loaded = LoadFull();
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  ASSERT_EQ(loaded.config->sources.size(), 2u);
  const TailSourceOptions& pods = loaded.config->sources[0].tail;
  EXPECT_EQ(pods.root, "/pods");
  EXPECT_EQ(loaded.config->sources[0].select.ToString(), "{namespace!=\"kube-system\"}");
  EXPECT_EQ(pods.start_at.kind, StartAt::Kind::kAge);
  EXPECT_EQ(pods.start_at.age, hours(1));
  EXPECT_EQ(pods.max_line_bytes, 256 << 10);
  EXPECT_EQ(pods.max_held_deleted_bytes, 0);
  EXPECT_EQ(pods.flush_partial, seconds(1));
  EXPECT_TRUE(pods.allow_targets.empty());
  EXPECT_TRUE(pods.include_self);
  EXPECT_EQ(pods.poll_interval, milliseconds(500));
  const TailSourceOptions& web = loaded.config->sources[1].tail;
  EXPECT_EQ(web.include, (std::vector<std::string>{"/var/log/nginx/**/access.log*", "/srv/x.log"}));
  EXPECT_EQ(web.exclude, std::vector<std::string>{"/var/log/nginx/old/*"});
  EXPECT_EQ(web.format, FileFormat::kDocker);
  const std::vector<std::pair<std::string, std::string>> labels = {{"app", "front"},
                                                                   {"job", "nginx"}};
  EXPECT_EQ(web.labels, labels);
  EXPECT_EQ(web.start_at.kind, StartAt::Kind::kEnd);
  EXPECT_EQ(web.ignore_older, hours(24));
}

TEST(LoadConfig, PipelineKeysArriveWhereTheyBelong) {
  const LoadedText loaded = LoadFull();
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  ASSERT_EQ(loaded.config->pipelines.size(), 2u);
  const PipelineOptions& first = loaded.config->pipelines[0];
  EXPECT_EQ(first.from, (std::vector<SourceId>{SourceId(0), SourceId(1)}));
  // References are replaced in the value of "=", not in a regular expression.
  EXPECT_EQ(first.match.ToString(), "{namespace=\"shop\",pod=~\"api$|${x}\"}");
  EXPECT_TRUE(first.continues);
  // A pipeline that only parses needs no stages.
  EXPECT_TRUE(first.stages.empty());
  EXPECT_TRUE(first.plain_parse.json);
  EXPECT_EQ(first.plain_parse.into, "app_log");
  EXPECT_EQ(first.to, (std::vector<SinkId>{SinkId(0), SinkId(1)}));
  const PipelineOptions& second = loaded.config->pipelines[1];
  EXPECT_TRUE(second.stages.empty());
  EXPECT_FALSE(second.plain_parse.json);
  EXPECT_EQ(second.to, std::vector<SinkId>{SinkId(1)});
}

// What a request would carry.
std::string AuthorizationOf(const SinkConfig& sink) {
  HttpCredentials credentials = sink.elasticsearch.credentials;
  return std::string(credentials.Header({})->Reveal());
}

TEST(LoadConfig, SinkKeysArriveWhereTheyBelong) {
  const LoadedText loaded = LoadFull();
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  ASSERT_EQ(loaded.config->sinks.size(), 2u);
  const SinkConfig& es = loaded.config->sinks[0];
  EXPECT_EQ(es.elasticsearch.endpoints,
            (std::vector<std::string>{"http://es-1:9200", "http://[::1]:9200/prefix"}));
  EXPECT_EQ(es.plan.destination.RenderOverflow(), "logs-_overflow-default");
  EXPECT_TRUE(es.plan.auto_id);
  EXPECT_FALSE(es.elasticsearch.ids);
  EXPECT_TRUE(es.elasticsearch.data_stream);
  EXPECT_FALSE(es.elasticsearch.gzip);
  EXPECT_EQ(es.plan.options.batch_bytes, 2 << 20);
  EXPECT_EQ(es.plan.options.flush_interval, milliseconds(200));
  EXPECT_EQ(es.elasticsearch.max_in_flight, 8);
  EXPECT_EQ(es.elasticsearch.timeout, seconds(5));
  EXPECT_EQ(AuthorizationOf(es), "Basic ZWxhc3RpYzpwYTpzcw==");
  EXPECT_EQ(es.elasticsearch.retry_min, milliseconds(100));
  EXPECT_EQ(es.elasticsearch.retry_max, minutes(1));
  EXPECT_EQ(es.plan.options.when_full, WhenFull::kDrop);
  EXPECT_EQ(es.plan.options.max_destinations, 10);
  EXPECT_EQ(es.plan.options.dead_letter.path, "/srv/es.dead");
  EXPECT_EQ(es.plan.options.dead_letter.max_size_bytes, 1 << 20);
  EXPECT_EQ(es.plan.options.dead_letter.when_full, WhenFull::kDrop);
  const SinkConfig& out = loaded.config->sinks[1];
  EXPECT_EQ(out.file.path, "/srv/out.ndjson");
  EXPECT_EQ(out.file.max_size_bytes, 1 << 20);
  EXPECT_EQ(out.file.max_files, 3);
  EXPECT_EQ(out.file.flush_interval, seconds(2));
  EXPECT_EQ(out.plan.options.dead_letter.path, "/srv/state/dead_letters/out.ndjson");
}

TEST(LoadConfig, AnEncodingSaysHowItsLinesEnd) {
  struct Case {
    std::string encoding;
    std::string arrives;
    std::string newline;
  };
  const Case cases[] = {
      {"utf-8", "", "\n"},
      {"UTF8", "", "\n"},
      {"iso-8859-1", "iso-8859-1", "\n"},
      {"utf-16le", "utf-16le", std::string("\n\0", 2)},
      {"UTF-32BE", "UTF-32BE", std::string("\0\0\0\n", 4)},
  };
  for (const Case& c : cases) {
    const LoadedText loaded =
        LoadText("sources: {pods: {type: file, include: /a, encoding: " + c.encoding + "}}\n" +
                 kPipelines + kSinks);
    ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
    EXPECT_EQ(loaded.config->sources[0].encoding, c.arrives);
    EXPECT_EQ(loaded.config->sources[0].tail.newline, c.newline);
  }
}

TEST(LoadConfig, ApiKeysAreEncodedUnlessTheyAre) {
  const std::string before = std::string(kSources) + kPipelines +
                             "sinks: {out: {type: elasticsearch, endpoints: http://es:9200, "
                             "data_stream: logs-a-b, api_key: ";
  for (const std::string key : {"'id:key'", "aWQ6a2V5"}) {
    const LoadedText loaded = LoadText(before + key + "}}\n");
    EXPECT_EQ(AuthorizationOf(loaded.config->sinks[0]), "ApiKey aWQ6a2V5");
  }
}

TEST(LoadConfig, AFolderIsReadInTheOrderOfNames) {
  const LoadedText loaded = LoadFolder({
      {"20-sources.yml", "sources: {b: {type: file, include: /b}}\n"},
      {"10-sources.yaml", "sources: {a: {type: file, include: /a}}\nagent: {workers: 1}\n"},
      {"30-rest.yaml",
       std::string("agent: {log_level: warn}\npipelines: {p: {from: [a, b], to: out}}\n") + kSinks},
      {"empty.yaml", ""},
      {".hidden.yaml", "]"},
      {"notes.txt", "]"},
  });
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  EXPECT_EQ(loaded.config->sources[0].tail.name, "a");
  EXPECT_EQ(loaded.config->sources[1].tail.name, "b");
  EXPECT_EQ(loaded.config->agent.workers, 1);
  EXPECT_EQ(loaded.config->agent.log_level, LogLevel::kWarn);
}

TEST(LoadConfig, TheSameKeyInTwoFilesNamesBothPlaces) {
  const LoadedText loaded = LoadFolder({
      {"1.yaml", std::string(kSources) + kPipelines + kSinks + "agent: {workers: 1}\n"},
      {"2.yaml", "sources:\n  pods: {type: file, include: /a}\nagent: {workers: 2}\n"},
  });
  EXPECT_FALSE(loaded.config.has_value());
  EXPECT_EQ(loaded.diagnostics,
            "2.yaml:2:3: error: \"pods\" of sources stands in 1.yaml:1 as well\n"
            "  pods: {type: file, include: /a}\n  ^\n"
            "2.yaml:3:9: error: \"workers\" of agent stands in 1.yaml:4 as well\n"
            "agent: {workers: 2}\n        ^\n");
}

TEST(LoadConfig, FilesThatCannotBeReadAreNamed) {
  const LoadEnvironment environment = MakeEnvironment();
  const std::string folder = FreshFolder();
  WriteFile(folder + "/large.yaml", std::string((4 << 20) + 1, ' '));
  struct Case {
    std::string path;
    std::string message;
  };
  const Case cases[] = {
      {"/none.yaml",
       "/none.yaml: error: open " + folder + "/none.yaml: ENOENT (No such file or directory)\n"},
      {"/large.yaml", "/large.yaml: error: read " + folder + "/large.yaml: larger than 4MiB\n"},
      {"/empty", "/empty: error: no *.yaml or *.yml file in the folder " + folder + "/empty\n"},
  };
  mkdir((folder + "/empty").c_str(), 0755);
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    EXPECT_FALSE(LoadConfig(folder + c.path, environment, diagnostics).has_value());
    EXPECT_EQ(diagnostics.Render(), folder + c.message);
  }
}

// Small files that cost much where something is looked up in a list.
TEST(LoadConfig, HostileSizesAreRefusedInBoundedTime) {
  struct Case {
    std::string before;
    std::string repeated;
    size_t times;
    std::string after;
    std::string message;
  };
  const std::string rest = std::string(kPipelines) + kSinks;
  const Case cases[] = {
      {"sources:\n", "  s#: {type: file, include: /a}\n", 5'000, rest, "more than 256 sources"},
      {"sources: {pods: {type: file, include: [", "/a, ", 20'000, "/b]}}\n" + rest,
       "\"include\" has more than 1000 values"},
      {"sources: {pods: {type: kubernetes_logs, ", "k#: v, ", 20'000, "}}\n" + rest,
       "unknown key \"k0\""},
      {"sources: {pods: {type: kubernetes_logs, ", "k: v, ", 20'000, "}}\n" + rest,
       "duplicate key \"k\""},
      {"sources: {pods: {type: file, include: /a, labels: {", "k#: v, ", 20'000, "}}}\n" + rest,
       "more than 32 labels"},
  };
  for (const Case& c : cases) {
    std::string yaml = c.before;
    for (size_t i = 0; i < c.times; ++i) {
      std::string line = c.repeated;
      if (const size_t at = line.find('#'); at != std::string::npos) {
        line.replace(at, 1, std::to_string(i));
      }
      yaml += line;
    }
    const LoadedText loaded = LoadText(yaml + c.after);
    EXPECT_FALSE(loaded.config.has_value());
    EXPECT_NE(loaded.diagnostics.find(c.message), std::string::npos) << c.message;
    EXPECT_LT(loaded.diagnostics.size(), 100'000u) << c.message;
  }
}

TEST(DescribeConfig, ShowsTheSplitAndTheFlowsAndNoSecret) {
  const LoadedText loaded = LoadFull();
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  EXPECT_EQ(DescribeConfig(*loaded.config),
            "memory_limit 256MiB\n"
            "  slabs     51.20MiB\n"
            "  framing   25.60MiB\n"
            "  payloads  179.20MiB, 89.60MiB for each of 2 sinks\n"
            "source pods\n"
            "  kubernetes_logs below /pods\n"
            "  select {namespace!=\"kube-system\"}\n"
            "source web\n"
            "  include /var/log/nginx/**/access.log*\n"
            "  include /srv/x.log\n"
            "  exclude /var/log/nginx/old/*\n"
            "pipeline first\n"
            "  from pods web\n"
            "  match {namespace=\"shop\",pod=~\"api$|${x}\"}\n"
            "  parse json, spliced into app_log\n"
            "  to es out\n"
            "  and on to later pipelines\n"
            "pipeline second\n"
            "  from web\n"
            "  text, as it is\n"
            "  to out\n"
            "sink es\n"
            "  elasticsearch at http://es-1:9200 http://[::1]:9200/prefix\n"
            "  into logs-{{ namespace }}-default\n"
            "  with credentials ***\n"
            "  when full drop\n"
            "  dead letters /srv/es.dead, at most 1MiB, then drop\n"
            "sink out\n"
            "  file /srv/out.ndjson\n"
            "  when full wait\n"
            "  dead letters /srv/state/dead_letters/out.ndjson, at most 256MiB, then wait\n");
}

TEST(LoadConfig, TheExampleThatIsShippedLoads) {
  Diagnostics diagnostics;
  EXPECT_TRUE(LoadConfig("conf/tailrace.yaml", MakeEnvironment(), diagnostics).has_value());
  EXPECT_EQ(diagnostics.errors(), 0u) << diagnostics.Render();
  EXPECT_EQ(diagnostics.warnings(), 0u) << diagnostics.Render();
}

}  // namespace
}  // namespace tailrace
