// A Plan is the compiled form of the config's pipelines. Which pipelines take a stream's records,
// and where they go, depends on labels alone, so it is decided once a stream: BindStream.
//
// Threads    Immutable once compiled, but for the count of destinations (a mutex, taken once a
//            stream); shared by all workers.
// Bounds     At most `max_destinations` names a sink; beyond that `_overflow`, counted.
// Failure    Compile: kInvalidArgument for what the config's own checks did not see.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"

#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/base/mutex.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/event/stream.h"
#include "agent/json/reserved_names.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/pipeline_options.h"
#include "sinks/document_template.h"

namespace tailrace {

// The names that every document keeps for the agent, so that no pipeline may write below them.
ReservedNames NamesOfDocuments();

// One pipeline, ready to run. Each of its outputs is a sink, or a sink and a branch of its `route`.
struct CompiledPipeline {
  std::string name;
  std::optional<MultilineStageOptions> multiline;
  std::unique_ptr<const MultilineFlow> multiline_flow;  // Not null with `multiline`.
  // Without stages:
  bool parse_json = false;
  std::string into;  // As written into documents: escaped, without quotes.

  std::vector<StageSpec> stages;
  std::vector<StageCounters> counters;                          // Of the stages.
  std::vector<std::unique_ptr<const DedupeFlow>> dedupe_flows;  // Not null of a `dedupe`.
  bool record_clock = false;

  ReservedNames reserved;             // Names that the application may not use at the root.
  std::vector<SinkId> to;             // By output.
  std::vector<uint64_t> branch_bits;  // By output: of ParsedBody::branches.
  std::vector<std::string> branches;  // By output: the name; "" where there is no `route`.
};

// A `throttle` that a stream must pass, and the stream's bucket in it.
struct ThrottleGate {
  const Throttle* throttle = nullptr;  // The plan's.
  uint64_t bucket = 0;

  bool open(MonotonicTime now) const { return throttle->MayPass(bucket, NanosOf(now)); }
};

// One pipeline's way with one stream.
struct Route {
  const CompiledPipeline* pipeline = nullptr;
  std::vector<DocumentTemplate> templates;  // By output.
  std::vector<ThrottleGate> gates;
};

// In the order of the config; empty when no pipeline takes the stream.
using StreamBinding = std::vector<Route>;

class Plan {
 public:
  Plan(PlanOptions options, MetricRegistry& registry);

  StreamBinding BindStream(const StreamInfo& stream);
  // The value of a stream label as pipelines see it: the stream's own, and `node`.
  std::string_view Label(const StreamInfo& stream, std::string_view name) const;

  // The index, data stream or topic of a stream's records, before `max_destinations` is asked; ""
  // for sinks that have none.
  std::string RenderDestination(SinkId sink, const StreamInfo& stream) const;

  // A reload: the destinations that streams have taken in `older` go on to count as taken, so that
  // none is sent elsewhere for want of room. For a sink that is in both plans.
  void KeepDestinations(Plan& older, SinkId sink);

  const PlanOptions& options() const { return options_; }
  // The most that the constant part of a document of this stream takes, of all sinks.
  static size_t LongestTemplate(const StreamBinding& binding);

 private:
  struct Destinations {
    absl::flat_hash_set<std::string, StringHash, StringEqual> names;
    Counter* overflowed = nullptr;
  };

  std::string Destination(SinkId sink, const StreamInfo& stream);
  std::string KafkaAddressOf(SinkId sink, const StreamInfo& stream, const FileKey& key);
  DocumentTemplate MakeTemplate(SinkId sink, const StreamInfo& stream, const FileKey& key);

  const PlanOptions options_;
  const DocumentMetadata metadata_;
  std::vector<std::unique_ptr<CompiledPipeline>> pipelines_;
  Mutex mutex_;
  std::vector<Destinations> destinations_ ABSL_GUARDED_BY(mutex_);  // By SinkId.
};

}  // namespace tailrace
