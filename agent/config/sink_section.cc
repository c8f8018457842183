#include "agent/config/sink_section.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/elasticsearch_section.h"
#include "agent/config/kafka_section.h"
#include "agent/config/source_section.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr IntegerRange kBatchRange = {int64_t{4} << 10, int64_t{64} << 20};
constexpr DurationRange kFlushRange = {milliseconds(1), minutes(10)};
constexpr IntegerRange kDestinationsRange = {1, 65'536};
constexpr IntegerRange kFileSizeRange = {int64_t{1} << 10, int64_t{1} << 40};
constexpr IntegerRange kFilesRange = {1, 10'000};
constexpr size_t kMaxSinks = 64;
constexpr std::string_view kOwnSinkName = "dead_letters";

WhenFull LoadWhenFull(MapReader& reader) {
  constexpr std::string_view kNames[] = {"wait", "drop"};
  return reader.Choice("when_full", kNames) == 0 ? WhenFull::kWait : WhenFull::kDrop;
}

void LoadDeadLetter(MapReader& sink, const AgentOptions& agent, SinkOptions& options) {
  options.dead_letter.path = Concat({agent.state_dir, "/dead_letters/", options.name, ".ndjson"});
  const YamlNode* node = sink.Take("dead_letter");
  if (node == nullptr) return;
  MapReader reader(sink.context(), *node, node->place(), "\"dead_letter\"");
  options.dead_letter.path = reader.AbsolutePath("path", options.dead_letter.path);
  options.dead_letter.max_size_bytes =
      reader.Bytes("max_size", kFileSizeRange, options.dead_letter.max_size_bytes);
  options.dead_letter.when_full = LoadWhenFull(reader);
  reader.Finish();
}

// What every sink has.
void LoadShared(MapReader& reader, const AgentOptions& agent, SinkOptions& options) {
  options.batch_bytes = reader.Bytes("batch_bytes", kBatchRange, options.batch_bytes);
  options.flush_interval = reader.Duration("flush_interval", kFlushRange, options.flush_interval);
  options.when_full = LoadWhenFull(reader);
  options.max_destinations = static_cast<int>(
      reader.Integer("max_destinations", kDestinationsRange, options.max_destinations));
  LoadDeadLetter(reader, agent, options);
}

void LoadFileSink(MapReader& reader, FileSinkOptions& options) {
  reader.Require("path");
  options.path = reader.AbsolutePath("path", "");
  options.max_size_bytes = reader.Bytes("max_size", kFileSizeRange, options.max_size_bytes);
  options.max_files = static_cast<int>(reader.Integer("max_files", kFilesRange, options.max_files));
  constexpr std::string_view kCompressions[] = {"none", "zstd"};
  options.zstd = reader.Choice("compression", kCompressions) == 1;
}

std::vector<std::string_view> LabelsOfAll(const Config& config) {
  std::vector<std::string_view> all;
  for (const SourceConfig& source : config.sources) {
    for (std::string_view label : LabelsOf(source)) {
      if (std::find(all.begin(), all.end(), label) == all.end()) all.push_back(label);
    }
  }
  return all;
}

SinkConfig LoadSink(LoadContext& context, const Config& config, const YamlEntry& entry) {
  SinkConfig sink;
  sink.plan.options.name = entry.key->text();
  MapReader reader(context, *entry.value, entry.key->place(),
                   Concat({"sink ", Quoted(entry.key->text())}));
  const std::optional<ConfigText> type =
      LoadType(reader, {"elasticsearch", "kafka", "file", "stdout", "blackhole"}, {});
  if (!type.has_value()) return sink;
  LoadShared(reader, config.agent, sink.plan.options);
  if (type->text == "elasticsearch") {
    sink.type = SinkType::kElasticsearch;
    LoadElasticsearch(reader, LabelsOfAll(config), sink);
  } else if (type->text == "kafka") {
    sink.type = SinkType::kKafka;
    LoadKafka(reader, LabelsOfAll(config), sink);
  } else if (type->text == "file") {
    sink.type = SinkType::kFile;
    sink.file.flush_interval = sink.plan.options.flush_interval;
    LoadFileSink(reader, sink.file);
  } else if (type->text == "stdout") {
    sink.type = SinkType::kStdout;
  }
  reader.Finish();
  return sink;
}

}  // namespace

std::vector<SinkConfig> LoadSinkSection(LoadContext& context, const Config& config,
                                        const std::vector<YamlEntry>& entries, NameTable& names) {
  std::vector<SinkConfig> sinks;
  for (const YamlEntry& entry : entries) {
    if (sinks.size() == kMaxSinks) {
      context.diagnostics.Error(entry.key->place(), {"more than 64 sinks"});
      break;
    }
    if (entry.key->text() == kOwnSinkName) {
      context.diagnostics.Error(entry.key->place(), {Quoted(kOwnSinkName),
                                                     " is what the agent's own counters call its "
                                                     "dead letters; choose another name"});
    }
    names.Add(context, *entry.key);
    sinks.push_back(LoadSink(context, config, entry));
  }
  return sinks;
}

}  // namespace tailrace
