#include "agent/cli/sink_factory.h"

#include <unistd.h>

#include <utility>

#include "sinks/blackhole_sink.h"
#include "sinks/elasticsearch_sink.h"
#include "sinks/file_sink.h"
#include "sinks/kafka_sink.h"
#include "sinks/stdout_sink.h"

namespace tailrace {

absl::StatusOr<std::unique_ptr<SinkClient>> MakeSinkClient(const SinkConfig& sink,
                                                           std::chrono::milliseconds start_jitter,
                                                           const LocalSinkLinks& links,
                                                           MetricRegistry& registry,
                                                           SettleFn settle) {
  switch (sink.type) {
    case SinkType::kElasticsearch: {
      const ElasticsearchSink::Links remote{sink.plan.options.name, links.counters, links.wake_fd,
                                            links.clock};
      ElasticsearchOptions options = sink.elasticsearch;
      options.start_jitter = start_jitter;
      ASSIGN_OR_RETURN(std::unique_ptr<SinkClient> made,
                       ElasticsearchSink::Open(std::move(options), remote, std::move(settle)));
      return made;
    }
    case SinkType::kKafka: {
      const KafkaSink::Links remote{sink.plan.options.name, links.counters, &registry,
                                    links.wake_fd, links.clock};
      ASSIGN_OR_RETURN(std::unique_ptr<SinkClient> made,
                       KafkaSink::Open(sink.kafka, remote, std::move(settle)));
      return made;
    }
    case SinkType::kFile:
      return std::make_unique<FileSink>(sink.file, links, std::move(settle));
    case SinkType::kStdout:
      return std::make_unique<StdoutSink>(STDOUT_FILENO, links, std::move(settle));
    case SinkType::kBlackhole:
      return std::make_unique<BlackholeSink>(links, std::move(settle));
  }
  return absl::InternalError("a sink of no type");
}

}  // namespace tailrace
