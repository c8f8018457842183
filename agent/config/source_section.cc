#include "agent/config/source_section.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/selector_value.h"
#include "agent/config/units.h"
#include "agent/lang/label_matcher.h"
#include "agent/tail/glob.h"
#include "parsers/transcoder.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr IntegerRange kMaxLineRange = {16, int64_t{8} << 20};
constexpr IntegerRange kHeldDeletedRange = {0, int64_t{1} << 40};
constexpr DurationRange kFlushPartialRange = {milliseconds(10), hours(24)};
constexpr DurationRange kPollRange = {milliseconds(10), hours(1)};
constexpr size_t kMaxSources = 256;
constexpr size_t kMaxLabels = 32;
constexpr size_t kMaxLabelBytes = 1024;

StartAt LoadStartAt(MapReader& reader) {
  StartAt start;
  const std::optional<ConfigText> text =
      reader.Text("start_at", "beginning, end or a duration such as 1h");
  if (!text.has_value() || text->text == "beginning") return start;
  if (text->text == "end") {
    start.kind = StartAt::Kind::kEnd;
    return start;
  }
  const absl::StatusOr<milliseconds> age = ParseDuration(text->text);
  if (!age.ok() || *age < seconds(1)) {
    reader.ErrorIn("start_at", *text,
                   absl::InvalidArgumentError(
                       "expected beginning, end or a duration of at least 1s, such as 1h"));
    return start;
  }
  start.kind = StartAt::Kind::kAge;
  start.age = std::chrono::duration_cast<seconds>(*age);
  return start;
}

// What both types of sources have.
void LoadFollowing(MapReader& reader, TailSourceOptions& options) {
  options.start_at = LoadStartAt(reader);
  options.max_line_bytes = reader.Bytes("max_line", kMaxLineRange, options.max_line_bytes);
  options.max_held_deleted_bytes =
      reader.Bytes("max_held_deleted", kHeldDeletedRange, options.max_held_deleted_bytes);
  options.flush_partial =
      reader.Duration("flush_partial", kFlushPartialRange, options.flush_partial);
  options.poll_interval = reader.Duration("poll_interval", kPollRange, options.poll_interval);
  options.allow_targets =
      reader.AbsolutePathList("allow_targets", std::move(options.allow_targets));
}

void LoadSelect(LoadContext& context, MapReader& reader, SourceConfig& source) {
  source.select = LoadSelector(reader, "select");
  const YamlNode* node = reader.Take("select");
  if (node != nullptr) CheckSelectorLabels(context, *node, source.select, LabelsOf(source));
}

void LoadKubernetes(LoadContext& context, MapReader& reader, SourceConfig& source) {
  TailSourceOptions& options = source.tail;
  options.kubernetes = true;
  options.format = FileFormat::kCri;
  options.allow_targets = {"/var/lib/docker/containers"};
  options.root = reader.AbsolutePath("root", options.root);
  LoadSelect(context, reader, source);
  options.include_self = reader.Boolean("include_self", options.include_self);
  options.self_pod_uid = context.environment.variable("POD_UID").value_or("");
}

// `key` is a label that can be given to the files of a source.
void CheckLabel(LoadContext& context, const YamlNode& key) {
  if (!IsLabelName(key.text())) {
    context.diagnostics.Error(key.place(), {"the name of a label is made of letters, digits and "
                                            "\"_\", and does not begin with a digit"});
  } else if (key.text() == "filename" || key.text() == "node") {
    context.diagnostics.Error(key.place(),
                              {"the label ", Quoted(key.text()), " is set by the agent"});
  }
}

void LoadLabels(LoadContext& context, MapReader& reader, TailSourceOptions& options) {
  const YamlNode* node = reader.Take("labels");
  if (node == nullptr) return;
  if (node->kind() != YamlNode::Kind::kMap) {
    reader.Error(*node, {"\"labels\": expected a map, got ", node->kind_name()});
    return;
  }
  if (node->entries().size() > kMaxLabels) reader.Error(*node, {"more than 32 labels"});
  for (const YamlEntry& entry : node->entries()) {
    CheckLabel(context, *entry.key);
    std::optional<ConfigText> value =
        ReadText(context, *entry.value, "expected the value of a label");
    if (!value.has_value()) continue;
    if (value->text.size() > kMaxLabelBytes) {
      reader.Error(*entry.value, {"the value of a label is longer than 1024 bytes"});
    }
    options.labels.emplace_back(entry.key->text(), std::move(value->text));
  }
  std::sort(options.labels.begin(), options.labels.end());
}

// A pattern of `exclude` may be the name of a file alone, which then holds in every folder.
absl::Status CheckGlob(std::string_view key, const std::string& pattern) {
  const bool name_only = key == "exclude" && pattern.find('/') == std::string::npos;
  return Glob::Parse(name_only ? "/**/" + pattern : pattern).status();
}

std::vector<std::string> LoadGlobs(MapReader& reader, std::string_view key) {
  std::vector<std::string> globs;
  for (ConfigText& text : reader.TextList(key)) {
    const absl::Status status = CheckGlob(key, text.text);
    if (status.ok()) {
      globs.push_back(std::move(text.text));
    } else {
      reader.ErrorIn(key, text, status);
    }
  }
  return globs;
}

void LoadEncoding(MapReader& reader, SourceConfig& source) {
  const std::optional<ConfigText> text =
      reader.Text("encoding", "an encoding such as utf-8, utf-16le or iso-8859-1");
  if (!text.has_value() || Transcoder::IsUtf8(text->text)) return;
  const auto opened = Transcoder::Open(text->text);
  if (!opened.ok()) {
    reader.ErrorIn("encoding", *text, opened.status());
  } else if (source.tail.format != FileFormat::kRaw) {
    reader.ErrorIn("encoding", *text,
                   absl::InvalidArgumentError("container logs are always utf-8; only files of "
                                              "format raw have another"));
  } else {
    source.encoding = text->text;
    source.tail.newline = (*opened)->newline();
  }
}

void LoadFileSource(LoadContext& context, MapReader& reader, SourceConfig& source) {
  constexpr std::string_view kFormats[] = {"raw", "cri", "docker"};
  constexpr FileFormat kFormatValues[] = {FileFormat::kRaw, FileFormat::kCri, FileFormat::kDocker};
  TailSourceOptions& options = source.tail;
  reader.Require("include");
  options.include = LoadGlobs(reader, "include");
  options.exclude = LoadGlobs(reader, "exclude");
  options.format = kFormatValues[reader.Choice("format", kFormats)];
  LoadLabels(context, reader, options);
  const milliseconds ignore_older =
      reader.Duration("ignore_older", {seconds(1), hours(24 * 3650)}, milliseconds(0));
  if (ignore_older > milliseconds(0)) {
    options.ignore_older = std::chrono::duration_cast<seconds>(ignore_older);
  }
  LoadEncoding(reader, source);
}

SourceConfig LoadSource(LoadContext& context, const YamlEntry& entry) {
  const size_t errors_at_start = context.diagnostics.errors();
  SourceConfig source;
  source.tail.name = entry.key->text();
  MapReader reader(context, *entry.value, entry.key->place(),
                   Concat({"source ", Quoted(entry.key->text())}));
  const std::optional<ConfigText> type =
      LoadType(reader, {"kubernetes_logs", "file"}, {"prometheus"});
  if (!type.has_value()) return source;
  if (type->text == "kubernetes_logs") {
    LoadKubernetes(context, reader, source);
  } else {
    LoadFileSource(context, reader, source);
  }
  LoadFollowing(reader, source.tail);
  reader.Finish();
  // The reader's own say, so that nothing passes here and fails at start.
  const absl::Status status = source.tail.Validate();
  if (!status.ok() && context.diagnostics.errors() == errors_at_start) {
    context.diagnostics.Error(reader.place(), {FromAbsl(status.message())});
  }
  return source;
}

}  // namespace

std::vector<std::string_view> LabelsOf(const SourceConfig& source) {
  std::vector<std::string_view> labels = {"filename", "node"};
  if (source.tail.kubernetes) labels.insert(labels.end(), {"namespace", "pod", "container"});
  for (const auto& [name, value] : source.tail.labels) labels.push_back(name);
  return labels;
}

std::vector<SourceConfig> LoadSourceSection(LoadContext& context,
                                            const std::vector<YamlEntry>& entries,
                                            NameTable& names) {
  std::vector<SourceConfig> sources;
  for (const YamlEntry& entry : entries) {
    if (sources.size() == kMaxSources) {
      context.diagnostics.Error(entry.key->place(), {"more than 256 sources"});
      break;
    }
    names.Add(context, *entry.key);
    sources.push_back(LoadSource(context, entry));
  }
  return sources;
}

}  // namespace tailrace
