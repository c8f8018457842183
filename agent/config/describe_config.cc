#include "agent/config/describe_config.h"

#include <string_view>

#include "agent/base/strings.h"
#include "agent/config/memory_split.h"
#include "agent/config/units.h"

namespace tailrace {
namespace {

std::string DescribeMemory(const Config& config) {
  const MemorySplit split = SplitMemory(config.agent.memory_limit_bytes, config.sinks.size());
  return Concat({"memory_limit ", FormatBytes(config.agent.memory_limit_bytes), "\n  slabs     ",
                 FormatBytes(split.slabs_bytes), "\n  framing   ", FormatBytes(split.framing_bytes),
                 "\n  payloads  ", FormatBytes(split.payloads_bytes), ", ",
                 FormatBytes(split.payloads_a_sink_bytes), " for each of ",
                 std::to_string(config.sinks.size()), config.sinks.size() == 1 ? " sink" : " sinks",
                 "\n"});
}

std::string DescribeSource(const SourceConfig& source) {
  std::string text = Concat({"source ", source.tail.name, "\n"});
  if (source.tail.kubernetes) {
    text += Concat({"  kubernetes_logs below ", source.tail.root, "\n"});
  }
  for (const std::string& glob : source.tail.include) text += Concat({"  include ", glob, "\n"});
  for (const std::string& glob : source.tail.exclude) text += Concat({"  exclude ", glob, "\n"});
  if (!source.select.matches_everything()) {
    text += Concat({"  select ", source.select.ToString(), "\n"});
  }
  return text;
}

std::string SinkNames(const Config& config, const std::vector<SinkId>& sinks) {
  std::string text;
  for (SinkId id : sinks) text += " " + config.sinks[id.value()].plan.options.name;
  return text;
}

std::string DescribeStages(const PipelineOptions& pipeline) {
  std::string text;
  if (pipeline.stages.empty()) {
    text += pipeline.plain_parse.json ? "\n  parse json, spliced" : "\n  text, as it is";
    if (!pipeline.plain_parse.into.empty()) text += " into " + pipeline.plain_parse.into;
  }
  for (const StageSpec& stage : pipeline.stages) {
    text += "\n  " + stage.kind;
    if (stage.name != stage.kind) text += Concat({" ", stage.name});
    if (stage.when) text += " for some records";
  }
  return text;
}

std::string DescribePipeline(const Config& config, const PipelineOptions& pipeline) {
  std::string text = Concat({"pipeline ", pipeline.name, "\n  from"});
  for (SourceId id : pipeline.from) text += Concat({" ", config.sources[id.value()].tail.name});
  if (!pipeline.match.matches_everything()) {
    text += Concat({"\n  match ", pipeline.match.ToString()});
  }
  text += DescribeStages(pipeline);
  if (pipeline.branches.empty()) text += "\n  to" + SinkNames(config, pipeline.to);
  for (const BranchOptions& branch : pipeline.branches) {
    text += Concat({"\n  branch ", branch.name, " to", SinkNames(config, branch.to)});
  }
  return Concat({text, pipeline.continues ? "\n  and on to later pipelines\n" : "\n"});
}

std::string DescribeTemplate(const StreamTemplate& name) {
  std::string text;
  for (const StreamTemplate::Part& part : name.parts()) {
    text += part.is_label ? Concat({"{{ ", part.text, " }}"}) : part.text;
  }
  return text;
}

std::string DescribeElasticsearch(const SinkConfig& sink) {
  std::string text = "  elasticsearch at";
  for (const std::string& endpoint : sink.elasticsearch.endpoints) text += " " + endpoint;
  text += "\n  into " + DescribeTemplate(sink.plan.destination);
  if (!sink.elasticsearch.credentials.empty()) text += "\n  with credentials ***";
  if (!sink.elasticsearch.proxy_url.empty()) text += "\n  through a proxy";
  if (sink.elasticsearch.tls.insecure_skip_verify) text += "\n  whoever the peer is";
  return text + "\n";
}

std::string DescribeKafka(const SinkConfig& sink) {
  const KafkaOptions& options = sink.kafka;
  std::string text = "  kafka at";
  for (const std::string& broker : options.brokers) text += " " + broker;
  text += Concat({"\n  into ", DescribeTemplate(sink.plan.destination), ", partition by ",
                  options.partitioner, "\n"});
  if (sink.plan.key.has_value()) {
    text += Concat({"  with the key ", DescribeTemplate(*sink.plan.key), "\n"});
  }
  text +=
      Concat({"  compression ", options.compression, options.tls.has_value() ? ", TLS" : "", "\n"});
  if (options.sasl.has_value()) {
    text += Concat({"  with credentials *** by ", options.sasl->mechanism, "\n"});
  }
  for (const KafkaProperty& property : options.properties) {
    text += Concat({"  property ", property.name, "\n"});
  }
  return text;
}

std::string DescribeSink(const SinkConfig& sink) {
  const SinkOptions& options = sink.plan.options;
  std::string text = Concat({"sink ", options.name, "\n"});
  switch (sink.type) {
    case SinkType::kElasticsearch:
      text += DescribeElasticsearch(sink);
      break;
    case SinkType::kKafka:
      text += DescribeKafka(sink);
      break;
    case SinkType::kFile:
      text += Concat({"  file ", sink.file.path, sink.file.zstd ? ", compression zstd" : "", "\n"});
      break;
    case SinkType::kStdout:
      text += "  stdout\n";
      break;
    case SinkType::kBlackhole:
      text += "  blackhole\n";
      break;
  }
  return Concat({text, "  when full ", options.when_full == WhenFull::kWait ? "wait" : "drop",
                 "\n  dead letters ", options.dead_letter.path, ", at most ",
                 FormatBytes(options.dead_letter.max_size_bytes), ", then ",
                 options.dead_letter.when_full == WhenFull::kWait ? "wait" : "drop", "\n"});
}

}  // namespace

std::string DescribeConfig(const Config& config) {
  std::string text = DescribeMemory(config);
  for (const SourceConfig& source : config.sources) text += DescribeSource(source);
  for (const PipelineOptions& pipeline : config.pipelines) {
    text += DescribePipeline(config, pipeline);
  }
  for (const SinkConfig& sink : config.sinks) text += DescribeSink(sink);
  return text;
}

}  // namespace tailrace
