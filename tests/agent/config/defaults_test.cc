// The defaults that DESIGN's table of keys names, one by one, and what every key does.
#include <gtest/gtest.h>

#include <string>

#include "agent/config/memory_split.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Config MustLoad(const std::string& yaml, Variables variables = {}) {
  LoadedText loaded = LoadText(yaml, std::move(variables));
  EXPECT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  EXPECT_EQ(loaded.warnings, 0u) << loaded.diagnostics;
  return loaded.config.value_or(Config());
}

TEST(ConfigDefaults, Agent) {
  const AgentOptions agent = MustLoad(std::string(kSources) + kPipelines + kSinks).agent;
  EXPECT_EQ(agent.state_dir, "/var/lib/tailrace");
  EXPECT_EQ(agent.memory_limit_bytes, 128 << 20);
  EXPECT_EQ(agent.workers, 0);
  EXPECT_EQ(agent.log_level, LogLevel::kInfo);
  EXPECT_EQ(agent.shutdown_timeout, seconds(30));
  EXPECT_FALSE(agent.core_dumps);
  EXPECT_EQ(agent.node_name, "machine-1");
  EXPECT_EQ(agent.cluster_name, "");
  EXPECT_EQ(agent.id_key, kPublishedIdKey);
  EXPECT_EQ(agent.max_read_rate_bytes, 0);
  EXPECT_EQ(agent.admin_listen, "127.0.0.1:9600");
  EXPECT_EQ(agent.admin_socket, "/var/lib/tailrace/admin.sock");
}

TEST(ConfigDefaults, NodeNameIsTheVariableBeforeTheHostName) {
  const std::string rest = std::string(kSources) + kPipelines + kSinks;
  EXPECT_EQ(MustLoad(rest, {{"NODE_NAME", "node-7"}}).agent.node_name, "node-7");
  EXPECT_EQ(MustLoad(rest, {{"NODE_NAME", ""}}).agent.node_name, "machine-1");
  EXPECT_EQ(
      MustLoad("agent: {node_name: mine}\n" + rest, {{"NODE_NAME", "node-7"}}).agent.node_name,
      "mine");
}

TEST(ConfigDefaults, KubernetesLogs) {
  const Config config = MustLoad(std::string(kSources) + kPipelines + kSinks, {{"POD_UID", "u-1"}});
  ASSERT_EQ(config.sources.size(), 1u);
  const TailSourceOptions& tail = config.sources[0].tail;
  EXPECT_EQ(tail.name, "pods");
  EXPECT_TRUE(tail.kubernetes);
  EXPECT_EQ(tail.format, FileFormat::kCri);
  EXPECT_EQ(tail.root, "/var/log/pods");
  EXPECT_TRUE(config.sources[0].select.matches_everything());
  EXPECT_EQ(tail.start_at.kind, StartAt::Kind::kBeginning);
  EXPECT_EQ(tail.max_line_bytes, 1 << 20);
  EXPECT_EQ(tail.max_held_deleted_bytes, 1 << 30);
  EXPECT_EQ(tail.flush_partial, seconds(5));
  EXPECT_EQ(tail.allow_targets, std::vector<std::string>{"/var/lib/docker/containers"});
  EXPECT_FALSE(tail.include_self);
  EXPECT_EQ(tail.self_pod_uid, "u-1");
  EXPECT_EQ(tail.poll_interval, seconds(2));
}

TEST(ConfigDefaults, FileSource) {
  const Config config = MustLoad(
      "sources: {f: {type: file, include: /var/log/*.log}}\n"
      "pipelines: {p: {from: f, to: out}}\n" +
      std::string(kSinks));
  const TailSourceOptions& tail = config.sources[0].tail;
  EXPECT_FALSE(tail.kubernetes);
  EXPECT_EQ(tail.include, std::vector<std::string>{"/var/log/*.log"});
  EXPECT_TRUE(tail.exclude.empty());
  EXPECT_EQ(tail.format, FileFormat::kRaw);
  EXPECT_TRUE(tail.labels.empty());
  EXPECT_EQ(tail.start_at.kind, StartAt::Kind::kBeginning);
  EXPECT_EQ(tail.max_line_bytes, 1 << 20);
  EXPECT_EQ(tail.max_held_deleted_bytes, 1 << 30);
  EXPECT_EQ(tail.flush_partial, seconds(5));
  EXPECT_EQ(tail.poll_interval, seconds(2));
  EXPECT_FALSE(tail.ignore_older.has_value());
  EXPECT_TRUE(tail.allow_targets.empty());
}

TEST(ConfigDefaults, Pipeline) {
  const Config config = MustLoad(std::string(kSources) + kPipelines + kSinks);
  ASSERT_EQ(config.pipelines.size(), 1u);
  const PipelineOptions& pipeline = config.pipelines[0];
  EXPECT_EQ(pipeline.name, "all");
  EXPECT_EQ(pipeline.from, std::vector<SourceId>{SourceId(0)});
  EXPECT_TRUE(pipeline.match.matches_everything());
  EXPECT_FALSE(pipeline.continues);
  EXPECT_TRUE(pipeline.stages.empty());
  EXPECT_EQ(pipeline.to, std::vector<SinkId>{SinkId(0)});
}

TEST(ConfigDefaults, EverySink) {
  const SinkOptions options =
      MustLoad(std::string(kSources) + kPipelines + kSinks).sinks[0].plan.options;
  EXPECT_EQ(options.name, "out");
  EXPECT_EQ(options.batch_bytes, 1 << 20);
  EXPECT_EQ(options.flush_interval, seconds(1));
  EXPECT_EQ(options.when_full, WhenFull::kWait);
  EXPECT_EQ(options.max_destinations, 256);
  EXPECT_EQ(options.dead_letter.path, "/var/lib/tailrace/dead_letters/out.ndjson");
  EXPECT_EQ(options.dead_letter.max_size_bytes, 256 << 20);
  EXPECT_EQ(options.dead_letter.when_full, WhenFull::kWait);
}

TEST(ConfigDefaults, Elasticsearch) {
  const Config config =
      MustLoad(std::string(kSources) + kPipelines +
               "sinks: {out: {type: elasticsearch, endpoints: [http://es:9200], index: logs}}\n");
  const SinkConfig& sink = config.sinks[0];
  EXPECT_EQ(sink.type, SinkType::kElasticsearch);
  EXPECT_EQ(sink.plan.form, DocumentForm::kBulk);
  EXPECT_FALSE(sink.plan.auto_id);
  EXPECT_TRUE(sink.elasticsearch.ids);
  EXPECT_FALSE(sink.elasticsearch.data_stream);
  EXPECT_TRUE(sink.plan.destination.is_constant());
  EXPECT_TRUE(sink.elasticsearch.gzip);
  EXPECT_EQ(sink.elasticsearch.max_in_flight, 4);
  EXPECT_EQ(sink.elasticsearch.timeout, seconds(30));
  EXPECT_EQ(sink.elasticsearch.retry_min, milliseconds(500));
  EXPECT_EQ(sink.elasticsearch.retry_max, seconds(30));
  EXPECT_TRUE(sink.elasticsearch.credentials.empty());
  EXPECT_EQ(sink.elasticsearch.tls, TlsOptions());
  EXPECT_TRUE(sink.elasticsearch.proxy_url.empty());
}

TEST(ConfigDefaults, FileSink) {
  const SinkConfig sink = MustLoad(std::string(kSources) + kPipelines +
                                   "sinks: {out: {type: file, path: /x/y.ndjson}}\n")
                              .sinks[0];
  EXPECT_EQ(sink.type, SinkType::kFile);
  EXPECT_EQ(sink.plan.form, DocumentForm::kNdjson);
  EXPECT_EQ(sink.file.path, "/x/y.ndjson");
  EXPECT_EQ(sink.file.max_size_bytes, 100 << 20);
  EXPECT_EQ(sink.file.max_files, 10);
  EXPECT_EQ(sink.file.flush_interval, seconds(1));
}

TEST(SplitMemory, SharesAreThoseOfTheDesign) {
  const MemorySplit split = SplitMemory(1000, 3);
  EXPECT_EQ(split.slabs_bytes, 200);
  EXPECT_EQ(split.framing_bytes, 100);
  EXPECT_EQ(split.payloads_bytes, 700);
  EXPECT_EQ(split.payloads_a_sink_bytes, 233);
}

}  // namespace
}  // namespace tailrace
