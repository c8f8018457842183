// What the config says of pipelines, as the plan is compiled from it.
//
// Threads    Plain values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/lang/selector.h"
#include "agent/lang/stream_template.h"
#include "agent/pipeline/stages/stage_chain.h"
#include "parsers/event_joiner.h"
#include "sinks/sink_options.h"

namespace tailrace {

// A pipeline whose only stage is `parse: json` or `parse: none`: its records are spliced into the
// documents and never taken apart.
struct PlainParse {
  bool json = false;
  std::string into;  // Fields go below this one, not to the root. Empty: the root.
};

// One branch of a pipeline's `route`, in the order in which they are asked.
struct BranchOptions {
  std::string name;
  std::vector<SinkId> to;
};

struct PipelineOptions {
  static constexpr size_t kMaxBranches = 32;

  std::string name;
  std::vector<SourceId> from;
  Selector match;          // By default everything.
  bool continues = false;  // `continue: true`: the records go on to later pipelines as well.
  std::optional<MultilineStageOptions> multiline;  // The first stage, when it is there.
  PlainParse plain_parse;                          // Counts where there are no stages.
  std::vector<StageSpec> stages;
  std::vector<SinkId> to;
  // Not empty: the last stage is a `route`, which sets StageRecord::branches by these, and `to` is
  // empty.
  std::vector<BranchOptions> branches;

  bool SendsTo(SinkId sink) const {
    const auto has = [sink](const std::vector<SinkId>& sinks) {
      return std::find(sinks.begin(), sinks.end(), sink) != sinks.end();
    };
    return has(to) || std::any_of(branches.begin(), branches.end(),
                                  [&](const BranchOptions& branch) { return has(branch.to); });
  }
};

// Gives every SourceId and SinkId in the pipelines its new value, by the old one: positions in a
// config become ids that stay the same over reloads.
void RenumberIds(const std::vector<SourceId>& sources, const std::vector<SinkId>& sinks,
                 std::vector<PipelineOptions>& pipelines);

// How a sink wants its records.
enum class DocumentForm : uint8_t {
  kBulk,    // An action line and a document, for `_bulk`; the id stands in the action line.
  kNdjson,  // A document a line, with event.id.
  kKafka,   // The record's address, and a document with event.id, or with the id in the address.
};

struct PlanSink {
  SinkOptions options;
  DocumentForm form = DocumentForm::kNdjson;
  bool auto_id = false;               // kBulk: the server makes the ids.
  StreamTemplate destination;         // kBulk: the index or data stream. kKafka: the topic.
  std::optional<StreamTemplate> key;  // kKafka: of the record.
  bool id_in_address = false;         // kKafka: the id becomes a header.

  friend bool operator==(const PlanSink&, const PlanSink&) = default;
};

struct PlanOptions {
  std::vector<std::string> sources;  // Names, by SourceId.
  std::vector<PipelineOptions> pipelines;
  std::vector<PlanSink> sinks;  // By SinkId.
  std::string node_name;
  std::string cluster_name;
  bool record_clock = false;  // See StageSetup.
};

}  // namespace tailrace
