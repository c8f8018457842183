// Config is the agent's whole config, checked and with every default filled in. Each part is the
// options struct of the module that it is for; this header only adds what belongs to the agent as
// a whole.
//
// Invariants  At least one source, pipeline and sink. Every SourceId and SinkId in a pipeline is a
//             position in `sources` and `sinks`. Names are unique within their section.
// Threads     A plain value.
// Failure     Holds secrets (id_key, and others that print as ***): never print it; see
// describe_config.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/log.h"
#include "agent/lang/selector.h"
#include "agent/pipeline/pipeline_options.h"
#include "agent/tail/tail_options.h"
#include "sinks/elasticsearch_options.h"
#include "sinks/kafka_options.h"
#include "sinks/sink_options.h"

namespace tailrace {

// The default of agent.id_key. It is published, so anyone can compute ids with it: what a key of
// one's own protects against is an application that forges the ids of another's lines.
inline constexpr std::string_view kPublishedIdKey = "tailrace-published-id-key";

// When the config is loaded anew while the agent runs: at each SIGHUP, or also when one of its
// files changes.
enum class ReloadMode : uint8_t { kSignal, kWatch };

struct AgentOptions {
  std::string state_dir = "/var/lib/tailrace";
  int64_t memory_limit_bytes = int64_t{128} << 20;
  int workers = 0;  // 0: auto.
  LogLevel log_level = LogLevel::kInfo;
  std::chrono::milliseconds shutdown_timeout{30000};
  // A live process holds its keys, and a core dump would put them on a disk.
  bool core_dumps = false;
  std::string node_name;
  std::string cluster_name;
  std::string id_key{kPublishedIdKey};
  int64_t max_read_rate_bytes = 0;  // A second; 0 is unlimited.
  std::string admin_listen = "127.0.0.1:9600";
  std::string admin_socket;  // <state_dir>/admin.sock
  ReloadMode reload = ReloadMode::kSignal;
};

struct SourceConfig {
  TailSourceOptions tail;
  std::string encoding;  // Of raw files, as FramerOptions has it.
  Selector select;

  friend bool operator==(const SourceConfig&, const SourceConfig&) = default;
};

enum class SinkType : uint8_t { kElasticsearch, kKafka, kFile, kStdout, kBlackhole };

struct SinkConfig {
  SinkType type = SinkType::kBlackhole;
  PlanSink plan;
  ElasticsearchOptions elasticsearch;  // Only for kElasticsearch.
  KafkaOptions kafka;                  // Only for kKafka.
  FileSinkOptions file;                // Only for kFile.

  friend bool operator==(const SinkConfig&, const SinkConfig&) = default;
};

struct Config {
  AgentOptions agent;
  std::vector<SourceConfig> sources;       // By SourceId.
  std::vector<PipelineOptions> pipelines;  // In the order in which records are offered to them.
  std::vector<SinkConfig> sinks;           // By SinkId.
};

}  // namespace tailrace
