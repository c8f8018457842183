#include "agent/cli/stream_choice.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/unique_fd.h"
#include "agent/json/json_dom.h"
#include "agent/lang/label_matcher.h"
#include "agent/tail/file_identity.h"
#include "agent/tail/head_key.h"
#include "agent/tail/stream_naming.h"
#include "agent/yaml/diagnostics.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

absl::StatusOr<StreamLabels> LabelsOfJson(std::string_view text) {
  JsonReader reader;
  ASSIGN_OR_RETURN(const JsonValue map, reader.Parse(text));
  StreamLabels labels;
  bool texts = map.type() == JsonType::kObject;
  map.ForEachMember([&](std::string_view name, JsonValue value) {
    const std::optional<std::string_view> label = value.AsString();
    texts &= label.has_value();
    if (label) labels.insert_or_assign(std::string(name), std::string(*label));
  });
  if (!texts) return absl::InvalidArgumentError("labels: expected texts, {\"namespace\":\"shop\"}");
  return labels;
}

bool IsPodLabel(std::string_view name) {
  return name == "namespace" || name == "pod" || name == "container";
}

void SetLabels(const StreamLabels& labels, StreamInfo& info) {
  for (const auto& [name, value] : labels) {
    if (name == "namespace") info.pod.name_space = value;
    if (name == "pod") info.pod.pod = value;
    if (name == "container") info.pod.container = value;
    if (name == "filename") info.path = value;
    if (IsPodLabel(name) || name == "filename" || name == "node") continue;
    std::erase_if(info.labels, [&own = name](const auto& label) { return label.first == own; });
    info.labels.emplace_back(name, value);
  }
  std::sort(info.labels.begin(), info.labels.end());
}

// The first line of what is open at `fd`, or the beginning of it.
absl::StatusOr<std::string> ReadHead(int fd, const std::string& path) {
  std::string head(kHeadBytesMax, '\0');
  const ssize_t size = ::pread(fd, head.data(), head.size(), 0);
  if (size < 0) return ErrnoStatus(errno, Concat({"read ", path}));
  head.resize(static_cast<size_t>(size));
  return head;
}

}  // namespace

absl::StatusOr<StreamLabels> ParseStreamLabels(std::string_view text) {
  if (text.empty()) return StreamLabels();
  const size_t second = text.find_first_not_of(" \t", 1);
  if (second != std::string_view::npos && text[second] == '"') return LabelsOfJson(text);
  ASSIGN_OR_RETURN(const std::vector<LabelMatcher> matchers, ParseMatchers(text));
  StreamLabels labels;
  for (const LabelMatcher& matcher : matchers) {
    if (matcher.op != MatchOp::kEqual) {
      return absl::InvalidArgumentError(
          Concat({"labels: give ", Quoted(matcher.label), " a value with ="}));
    }
    labels.insert_or_assign(matcher.label, matcher.value);
  }
  return labels;
}

absl::StatusOr<SourceId> ChooseSource(const Config& config, std::string_view name) {
  std::vector<std::string_view> names;
  for (const SourceConfig& source : config.sources) names.push_back(source.tail.name);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name || (name.empty() && names.size() == 1)) {
      return SourceId(static_cast<uint16_t>(i));
    }
  }
  std::string known;
  for (const std::string_view source : names) known += Concat({known.empty() ? "" : ", ", source});
  if (name.empty()) {
    return absl::InvalidArgumentError(
        Concat({"the config has several sources, so one must be named: ", known}));
  }
  return absl::InvalidArgumentError(
      Concat({"there is no source ", Quoted(name), SuggestName(name, names)}));
}

StreamInfoPtr MakeStream(const Config& config, SourceId source, const StreamLabels& labels,
                         FileFormat format) {
  const TailSourceOptions& options = config.sources[source.value()].tail;
  auto info = std::make_shared<StreamInfo>();
  info->source = source;
  info->format = format;
  info->labels = options.labels;
  info->path = "stdin";
  if (options.kubernetes) {
    info->pod.name_space = "default";
    info->pod.pod = "pod";
    info->pod.container = "container";
  }
  SetLabels(labels, *info);
  return info;
}

absl::StatusOr<StreamInfoPtr> StreamOfFile(const Config& config, SourceId source,
                                           const StreamLabels& labels, const std::string& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return ErrnoStatus(errno, Concat({"open ", path}));
  const std::optional<FileStat> stat = StatHandle(file.get());
  if (!stat) return ErrnoStatus(errno, Concat({"stat ", path}));
  ASSIGN_OR_RETURN(const std::string head, ReadHead(file.get(), path));

  std::vector<TailSourceOptions> sources;
  for (const SourceConfig& each : config.sources) sources.push_back(each.tail);
  const std::optional<NamedStream> named =
      StreamNaming(sources).Name(source, absolute, [](const std::string& live, uint64_t) {
        return ::access(live.c_str(), F_OK) == 0;  // "app.log.1" beside an "app.log" is its.
      });
  auto info = std::make_shared<StreamInfo>();
  if (named) {
    *info = named->info;
    SetLabels(labels, *info);
  } else {
    *info = *MakeStream(config, source, labels, FormatOf(config, source, head));
    info->path = absolute;
  }
  info->identity = stat->inode;
  info->key = HeadKey(config.agent.id_key, config.agent.cluster_name, config.agent.node_name)
                  .Make(info->format, info->pod, info->identity, HeadOf(head));
  return info;
}

FileFormat FormatOf(const Config& config, SourceId source, std::string_view text) {
  const TailSourceOptions& options = config.sources[source.value()].tail;
  if (!options.kubernetes && options.format != FileFormat::kCri) return options.format;
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return FileFormat::kRaw;
  std::array<char, kUtcTimeBytes> time;
  TimestampReader reader;
  const bool dated = reader.Normalize(text.substr(0, blank), time.data()) != TimeForm::kInvalid;
  const std::string_view rest = text.substr(blank + 1);
  const bool cri = dated && (rest.starts_with("stdout ") || rest.starts_with("stderr "));
  return cri ? FileFormat::kCri : FileFormat::kRaw;
}

}  // namespace tailrace
