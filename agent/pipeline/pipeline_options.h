// What the config says of pipelines, as the plan is compiled from it.
//
// Threads    Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/lang/selector.h"
#include "agent/lang/stream_template.h"
#include "parsers/event_joiner.h"
#include "sinks/sink_options.h"

namespace tailrace {

enum class ParserKind : uint8_t { kNone, kJson };

struct StageOptions {
  ParserKind parser = ParserKind::kNone;
  std::string name;  // For counters; the default is the stage's kind.
  std::string into;  // Fields go below this one, not to the root. Empty: the root.
};

struct PipelineOptions {
  std::string name;
  std::vector<SourceId> from;
  Selector match;          // By default everything.
  bool continues = false;  // `continue: true`: the records go on to later pipelines as well.
  std::optional<MultilineStageOptions> multiline;  // The first stage, when it is there.
  std::vector<StageOptions> stages;
  std::vector<SinkId> to;
};

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
};

struct PlanOptions {
  std::vector<std::string> sources;  // Names, by SourceId.
  std::vector<PipelineOptions> pipelines;
  std::vector<PlanSink> sinks;  // By SinkId.
  std::string node_name;
  std::string cluster_name;
};

}  // namespace tailrace
