#include "agent/config/cross_checks.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/config/memory_split.h"
#include "agent/config/source_section.h"
#include "agent/config/units.h"
#include "agent/tail/glob.h"

namespace tailrace {
namespace {

// JSON escapes a control byte as \u00XX: six bytes for one.
constexpr int64_t kEscapeFactor = 6;

int64_t RoundUpToMiB(int64_t bytes) {
  constexpr int64_t kMiB = 1 << 20;
  return (bytes + kMiB - 1) / kMiB * kMiB;
}

void CheckLines(LoadContext& context, const Config& config, const SectionNames& names) {
  const MemorySplit split = SplitMemory(config.agent.memory_limit_bytes, config.sinks.size());
  const auto sinks = static_cast<int64_t>(config.sinks.size());
  for (size_t i = 0; i < config.sources.size(); ++i) {
    const int64_t line = config.sources[i].tail.max_line_bytes;
    const int64_t encoded = line * kEscapeFactor;
    if (encoded <= split.payloads_a_sink_bytes && line <= split.framing_bytes) continue;
    const int64_t needed = std::max(RoundUpToMiB(encoded * sinks * 10 / 7 + 10), line * 10);
    context.diagnostics.Error(
        names.sources.PlaceOf(i),
        {"a line of max_line (", FormatBytes(line), ", ", FormatBytes(encoded),
         " when every byte is escaped) does not fit a sink's share of memory_limit (",
         FormatBytes(split.payloads_a_sink_bytes), ") or the share for pieces of lines (",
         FormatBytes(split.framing_bytes), "); it needs a memory_limit of ", FormatBytes(needed)});
  }
}

void CheckBatches(LoadContext& context, const Config& config, const SectionNames& names) {
  const MemorySplit split = SplitMemory(config.agent.memory_limit_bytes, config.sinks.size());
  for (size_t i = 0; i < config.sinks.size(); ++i) {
    const int64_t batch = config.sinks[i].plan.options.batch_bytes;
    if (batch <= split.payloads_a_sink_bytes) continue;
    context.diagnostics.Error(
        names.sinks.PlaceOf(i),
        {"batch_bytes (", FormatBytes(batch), ") is more than a sink's share of memory_limit (",
         FormatBytes(split.payloads_a_sink_bytes), ")"});
  }
}

void CheckPaths(LoadContext& context, const Config& config, const SectionNames& names) {
  std::map<std::string_view, size_t> writers;
  const auto add = [&](std::string_view path, size_t sink) {
    const auto [other, is_new] = writers.emplace(path, sink);
    if (is_new || path.empty()) return;
    const std::string& name = config.sinks[other->second].plan.options.name;
    context.diagnostics.Error(
        names.sinks.PlaceOf(sink),
        {"writes the same file as ", other->second == sink ? "its own dead letters" : "sink ",
         other->second == sink ? "" : Quoted(name), ": ", path});
  };
  size_t stdouts = 0;
  for (size_t i = 0; i < config.sinks.size(); ++i) {
    add(config.sinks[i].plan.options.dead_letter.path, i);
    if (config.sinks[i].type == SinkType::kFile) add(config.sinks[i].file.path, i);
    if (config.sinks[i].type == SinkType::kStdout && ++stdouts > 1) {
      context.diagnostics.Error(
          names.sinks.PlaceOf(i),
          {"a second sink of type stdout would mix its lines with the first"});
    }
  }
}

bool Reads(const PipelineOptions& pipeline, size_t source) {
  return std::find(pipeline.from.begin(), pipeline.from.end(),
                   SourceId(static_cast<uint16_t>(source))) != pipeline.from.end();
}

bool WritesTo(const PipelineOptions& pipeline, size_t sink) {
  return pipeline.SendsTo(SinkId(static_cast<uint16_t>(sink)));
}

// The earlier pipeline that takes every record of `source` that `pipelines[at]` would take.
const PipelineOptions* Shadow(const std::vector<PipelineOptions>& pipelines, size_t at,
                              SourceId source) {
  for (size_t i = 0; i < at; ++i) {
    if (!pipelines[i].continues && Reads(pipelines[i], source.value()) &&
        pipelines[at].match.IsWithin(pipelines[i].match)) {
      return &pipelines[i];
    }
  }
  return nullptr;
}

void WarnAboutShadows(LoadContext& context, const Config& config, const SectionNames& names) {
  for (size_t at = 0; at < config.pipelines.size(); ++at) {
    const PipelineOptions& pipeline = config.pipelines[at];
    const PipelineOptions* shadow = nullptr;
    const bool shadowed =
        !pipeline.from.empty() &&
        std::all_of(pipeline.from.begin(), pipeline.from.end(), [&](SourceId source) {
          shadow = Shadow(config.pipelines, at, source);
          return shadow != nullptr;
        });
    if (!shadowed) continue;
    context.diagnostics.Warning(names.pipelines.PlaceOf(at),
                                {"no record gets here: pipeline ", Quoted(shadow->name),
                                 " above takes them all; move this one up, or give ",
                                 Quoted(shadow->name), " \"continue: true\""});
  }
}

// Labels in a destination's name that the records of some source do not have.
void WarnAboutMissingLabels(LoadContext& context, const Config& config, size_t sink, Place place) {
  for (size_t i = 0; i < config.sources.size(); ++i) {
    const bool reaches = std::any_of(config.pipelines.begin(), config.pipelines.end(),
                                     [&](const PipelineOptions& pipeline) {
                                       return Reads(pipeline, i) && WritesTo(pipeline, sink);
                                     });
    if (!reaches) continue;
    const std::vector<std::string_view> labels = LabelsOf(config.sources[i]);
    for (const StreamTemplate::Part& part : config.sinks[sink].plan.destination.parts()) {
      if (!part.is_label || std::find(labels.begin(), labels.end(), part.text) != labels.end()) {
        continue;
      }
      context.diagnostics.Warning(
          place, {"source ", Quoted(config.sources[i].tail.name), " has no label ",
                  Quoted(part.text), ", so it is empty in the name of its destination"});
    }
  }
}

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(), [&path](const std::string& pattern) {
    const bool name_only = pattern.find('/') == std::string::npos;
    const absl::StatusOr<std::vector<Glob>> globs =
        Glob::Parse(name_only ? "/**/" + pattern : pattern);
    return globs.ok() && std::any_of(globs->begin(), globs->end(),
                                     [&path](const Glob& glob) { return glob.Matches(path); });
  });
}

void WarnAboutLoops(LoadContext& context, const Config& config, size_t sink, Place place) {
  std::vector<std::string> paths = {config.sinks[sink].plan.options.dead_letter.path};
  if (config.sinks[sink].type == SinkType::kFile) paths.push_back(config.sinks[sink].file.path);
  for (const SourceConfig& source : config.sources) {
    for (const std::string& path : paths) {
      if (!MatchesAny(source.tail.include, path) || MatchesAny(source.tail.exclude, path)) continue;
      context.diagnostics.Warning(place, {"writes ", path, ", which source ",
                                          Quoted(source.tail.name), " reads: records go round"});
    }
  }
}

}  // namespace

void CheckFit(LoadContext& context, const Config& config, const SectionNames& names) {
  if (config.sinks.empty()) return;
  CheckLines(context, config, names);
  CheckBatches(context, config, names);
  CheckPaths(context, config, names);
}

void WarnAboutUnused(LoadContext& context, const Config& config, const SectionNames& names) {
  const auto& pipelines = config.pipelines;
  for (size_t i = 0; i < config.sources.size(); ++i) {
    if (std::none_of(pipelines.begin(), pipelines.end(),
                     [i](const PipelineOptions& p) { return Reads(p, i); })) {
      context.diagnostics.Warning(names.sources.PlaceOf(i),
                                  {"no pipeline reads this source; its records are filtered"});
    }
  }
  for (size_t i = 0; i < config.sinks.size(); ++i) {
    const Place place = names.sinks.PlaceOf(i);
    if (std::none_of(pipelines.begin(), pipelines.end(),
                     [i](const PipelineOptions& p) { return WritesTo(p, i); })) {
      context.diagnostics.Warning(place, {"no pipeline writes to this sink"});
    }
    WarnAboutMissingLabels(context, config, i, place);
    WarnAboutLoops(context, config, i, place);
  }
  WarnAboutShadows(context, config, names);
}

}  // namespace tailrace
