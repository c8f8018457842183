#include "agent/pipeline/plan.h"

#include <algorithm>
#include <utility>

#include "agent/json/json_escape.h"
#include "agent/lang/index_name.h"
#include "sinks/kafka_address.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

// Roots that the metadata of any stream may add; an application's own move below `app`.
constexpr std::string_view kMetadataRoots[] = {"host", "labels", "orchestrator", "container",
                                               "k8s"};

std::unique_ptr<CompiledPipeline> CompilePipeline(const PipelineOptions& options,
                                                  MetricRegistry& registry) {
  auto compiled = std::make_unique<CompiledPipeline>();
  compiled->name = options.name;
  compiled->to = options.to;
  compiled->reserved = NamesOfDocuments();
  compiled->multiline = options.multiline;
  if (options.multiline.has_value()) {
    compiled->multiline_flow = std::make_unique<MultilineFlow>(registry, options.name);
  }
  for (const StageOptions& stage : options.stages) {
    compiled->parse_json = stage.parser == ParserKind::kJson;
    compiled->into.clear();
    AppendEscaped(stage.into, compiled->into);
  }
  return compiled;
}

}  // namespace

ReservedNames NamesOfDocuments() { return ReservedNames(kMetadataRoots); }

Plan::Plan(PlanOptions options, MetricRegistry& registry)
    : options_(std::move(options)), metadata_{options_.node_name, options_.cluster_name} {
  for (const PipelineOptions& pipeline : options_.pipelines) {
    pipelines_.push_back(CompilePipeline(pipeline, registry));
  }
  for (const PlanSink& sink : options_.sinks) {
    destinations_.push_back(
        {{},
         &registry.GetCounter("tailrace_sink_destination_overflows_total",
                              "Streams whose records go to `_overflow`: too many destinations.",
                              {{"sink", sink.options.name}})});
  }
}

std::string_view Plan::Label(const StreamInfo& stream, std::string_view name) const {
  const std::string_view value = stream.Label(name);
  if (!value.empty() || name != "node") return value;
  return options_.node_name;
}

StreamBinding Plan::BindStream(const StreamInfo& stream) {
  StreamBinding binding;
  const auto lookup = [&](std::string_view name) { return Label(stream, name); };
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    const PipelineOptions& pipeline = options_.pipelines[i];
    if (std::find(pipeline.from.begin(), pipeline.from.end(), stream.source) ==
            pipeline.from.end() ||
        !pipeline.match.Matches(lookup)) {
      continue;
    }
    // What is sent on purpose more than once has an id for each pipeline that it comes through.
    const FileKey key = binding.empty() ? stream.key : DerivedFileKey(stream.key, pipeline.name);
    Route& route = binding.emplace_back();
    route.pipeline = pipelines_[i].get();
    for (SinkId sink : pipeline.to) route.templates.push_back(MakeTemplate(sink, stream, key));
    if (!pipeline.continues) break;
  }
  return binding;
}

DocumentTemplate Plan::MakeTemplate(SinkId sink, const StreamInfo& stream, const FileKey& key) {
  const PlanSink& plan_sink = options_.sinks[sink.value()];
  if (plan_sink.form == DocumentForm::kNdjson) {
    return DocumentTemplate::ForNdjson(stream, key, metadata_);
  }
  if (plan_sink.form == DocumentForm::kKafka) {
    return DocumentTemplate::ForKafka(stream, key, metadata_, KafkaAddressOf(sink, stream, key),
                                      plan_sink.id_in_address);
  }
  return DocumentTemplate::ForBulk(stream, key, metadata_, Destination(sink, stream),
                                   !plan_sink.auto_id);
}

std::string Plan::KafkaAddressOf(SinkId sink, const StreamInfo& stream, const FileKey& key) {
  const PlanSink& plan_sink = options_.sinks[sink.value()];
  const std::string topic = Destination(sink, stream);
  KafkaAddress address;
  address.topic = topic;
  address.partition_hash = KafkaPartitionHash(key);
  std::string record_key;
  if (plan_sink.key.has_value()) {
    record_key =
        plan_sink.key->Render([&](std::string_view label) { return Label(stream, label); });
    address.key = record_key;
  }
  return RenderKafkaAddress(address);
}

std::string Plan::Destination(SinkId sink, const StreamInfo& stream) {
  const PlanSink& plan_sink = options_.sinks[sink.value()];
  const auto sanitize =
      plan_sink.form == DocumentForm::kKafka ? SanitizeTopicName : SanitizeIndexName;
  std::string name = sanitize(
      plan_sink.destination.Render([&](std::string_view label) { return Label(stream, label); }));
  MutexLock lock(mutex_);
  Destinations& known = destinations_[sink.value()];
  if (known.names.contains(name)) return name;
  if (known.names.size() >= static_cast<size_t>(plan_sink.options.max_destinations)) {
    known.overflowed->Add(1);
    return sanitize(plan_sink.destination.RenderOverflow());
  }
  known.names.insert(name);
  return name;
}

size_t Plan::LongestTemplate(const StreamBinding& binding) {
  size_t longest = 0;
  for (const Route& route : binding) {
    for (const DocumentTemplate& made : route.templates) {
      longest = std::max(longest, made.text().size());
    }
  }
  return longest;
}

}  // namespace tailrace
