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

// One pipeline, ready to run.
struct CompiledPipeline {
  std::string name;
  std::optional<MultilineStageOptions> multiline;
  std::unique_ptr<const MultilineFlow> multiline_flow;  // Not null with `multiline`.
  bool parse_json = false;
  std::string into;        // As written into documents: escaped, without quotes.
  ReservedNames reserved;  // Names that the application may not use at the root.
  std::vector<SinkId> to;
};

// One pipeline's way with one stream.
struct Route {
  const CompiledPipeline* pipeline = nullptr;
  std::vector<DocumentTemplate> templates;  // By position in pipeline->to.
};

// In the order of the config; empty when no pipeline takes the stream.
using StreamBinding = std::vector<Route>;

class Plan {
 public:
  Plan(PlanOptions options, MetricRegistry& registry);

  StreamBinding BindStream(const StreamInfo& stream);

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
  std::string_view Label(const StreamInfo& stream, std::string_view name) const;

  const PlanOptions options_;
  const DocumentMetadata metadata_;
  std::vector<std::unique_ptr<CompiledPipeline>> pipelines_;
  Mutex mutex_;
  std::vector<Destinations> destinations_ ABSL_GUARDED_BY(mutex_);  // By SinkId.
};

}  // namespace tailrace
