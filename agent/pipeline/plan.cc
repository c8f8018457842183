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

using Sanitizer = std::string (*)(std::string_view name);

Sanitizer SanitizerOf(const PlanSink& sink) {
  return sink.form == DocumentForm::kKafka ? SanitizeTopicName : SanitizeIndexName;
}

StageCounters CountersOf(const PipelineOptions& pipeline, const StageSpec& stage,
                         MetricRegistry& registry) {
  return {&registry.GetCounter("tailrace_records_filtered_total",
                               "Records that a rule passed over on purpose.",
                               {{"pipeline", pipeline.name}, {"rule", stage.name}}),
          &registry.GetCounter("tailrace_records_dropped_total",
                               "Records that were lost on purpose, by reason.",
                               {{"pipeline", pipeline.name}, {"reason", stage.kind + "_error"}}),
          &registry.GetCounter("tailrace_stage_errors_total",
                               "Records at which a stage could not do its work.",
                               {{"pipeline", pipeline.name}, {"stage", stage.name}})};
}

void AddOutputs(const std::vector<SinkId>& to, uint64_t bit, const std::string& branch,
                CompiledPipeline& compiled) {
  for (const SinkId sink : to) {
    compiled.to.push_back(sink);
    compiled.branch_bits.push_back(bit);
    compiled.branches.push_back(branch);
  }
}

std::unique_ptr<CompiledPipeline> CompilePipeline(const PipelineOptions& options, bool record_clock,
                                                  MetricRegistry& registry) {
  auto compiled = std::make_unique<CompiledPipeline>();
  compiled->name = options.name;
  compiled->parse_json = options.plain_parse.json;
  AppendEscaped(options.plain_parse.into, compiled->into);
  compiled->stages = options.stages;
  for (const StageSpec& stage : options.stages) {
    compiled->counters.push_back(CountersOf(options, stage, registry));
    compiled->dedupe_flows.push_back(
        stage.dedupe == nullptr
            ? nullptr
            : std::make_unique<const DedupeFlow>(registry, options.name, stage.name));
  }
  compiled->record_clock = record_clock;
  compiled->reserved = NamesOfDocuments();
  compiled->multiline = options.multiline;
  if (options.multiline.has_value()) {
    compiled->multiline_flow = std::make_unique<MultilineFlow>(registry, options.name);
  }
  AddOutputs(options.to, 1, "", *compiled);
  for (size_t i = 0; i < options.branches.size(); ++i) {
    AddOutputs(options.branches[i].to, uint64_t{1} << i, options.branches[i].name, *compiled);
  }
  return compiled;
}

}  // namespace

ReservedNames NamesOfDocuments() { return ReservedNames(kMetadataRoots); }

Plan::Plan(PlanOptions options, MetricRegistry& registry)
    : options_(std::move(options)), metadata_{options_.node_name, options_.cluster_name} {
  for (const PipelineOptions& pipeline : options_.pipelines) {
    pipelines_.push_back(CompilePipeline(pipeline, options_.record_clock, registry));
  }
  for (const PlanSink& sink : options_.sinks) {
    if (sink.options.name.empty()) {
      destinations_.emplace_back();  // Of a sink that a reload has removed: no pipeline names it.
      continue;
    }
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
    for (size_t output = 0; output < route.pipeline->to.size(); ++output) {
      const std::string& branch = route.pipeline->branches[output];
      route.templates.push_back(MakeTemplate(route.pipeline->to[output], stream,
                                             branch.empty() ? key : DerivedFileKey(key, branch)));
    }
    for (const StageSpec& stage : route.pipeline->stages) {
      if (stage.delay == nullptr || options_.record_clock) continue;
      route.gates.push_back({stage.delay.get(), stage.delay->BucketOf(lookup)});
    }
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

std::string Plan::RenderDestination(SinkId sink, const StreamInfo& stream) const {
  const PlanSink& plan_sink = options_.sinks[sink.value()];
  if (plan_sink.form == DocumentForm::kNdjson) return "";
  return SanitizerOf(plan_sink)(
      plan_sink.destination.Render([&](std::string_view label) { return Label(stream, label); }));
}

std::string Plan::Destination(SinkId sink, const StreamInfo& stream) {
  const PlanSink& plan_sink = options_.sinks[sink.value()];
  std::string name = RenderDestination(sink, stream);
  MutexLock lock(mutex_);
  Destinations& known = destinations_[sink.value()];
  if (known.names.contains(name)) return name;
  if (known.names.size() >= static_cast<size_t>(plan_sink.options.max_destinations)) {
    known.overflowed->Add(1);
    return SanitizerOf(plan_sink)(plan_sink.destination.RenderOverflow());
  }
  known.names.insert(name);
  return name;
}

void Plan::KeepDestinations(Plan& older, SinkId sink) {
  absl::flat_hash_set<std::string, StringHash, StringEqual> names;
  {
    MutexLock lock(older.mutex_);
    names = older.destinations_[sink.value()].names;
  }
  MutexLock lock(mutex_);
  destinations_[sink.value()].names = std::move(names);
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
