#include "agent/cli/plan_options.h"

namespace tailrace {

std::vector<std::string> SourceNames(const Config& config) {
  std::vector<std::string> names;
  for (const SourceConfig& source : config.sources) names.push_back(source.tail.name);
  return names;
}

PlanOptions MakePlanOptions(const Config& config) {
  PlanOptions options;
  options.sources = SourceNames(config);
  options.pipelines = config.pipelines;
  for (const SinkConfig& sink : config.sinks) options.sinks.push_back(sink.plan);
  options.node_name = config.agent.node_name;
  options.cluster_name = config.agent.cluster_name;
  return options;
}

FramerOptions MakeFramerOptions(const SourceConfig& source) {
  FramerOptions options;
  options.max_line_bytes = static_cast<uint32_t>(source.tail.max_line_bytes);
  options.encoding = source.encoding;
  return options;
}

}  // namespace tailrace
