#include "agent/tail/stream_naming.h"

#include <utility>

#include "agent/base/strings.h"
#include "agent/crypto/fast_hash.h"
#include "agent/tail/pod_path.h"
#include "agent/tail/rotation_name.h"

namespace tailrace {
namespace {

// The last component; `path` keeps what is before it.
std::string_view TakeLast(std::string_view& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view last = path.substr(slash + 1);
  path = path.substr(0, slash);
  return last;
}

}  // namespace

uint64_t StreamNaming::LineageOf(SourceId source, std::string_view live_path) const {
  return FastHash64(live_path, FastHash64(sources_[source.value()].name));
}

std::optional<NamedStream> StreamNaming::NamePodLog(SourceId source, std::string_view path) const {
  const TailSourceOptions& options = sources_[source.value()];
  std::string_view rest = path;
  const std::optional<PodLogName> log = ParsePodLogName(TakeLast(rest));
  const std::string_view directory = rest;
  const std::string_view container = TakeLast(rest);
  std::optional<PodLabels> pod = ParsePodDirectory(TakeLast(rest));
  if (!log.has_value() || !pod.has_value() || container.empty()) return std::nullopt;
  const bool own = !options.self_pod_uid.empty() && pod->uid == options.self_pod_uid;
  if (own && !options.include_self) return std::nullopt;
  pod->container = container;
  pod->restart_count = log->restart_count;
  NamedStream named;
  named.info.source = source;
  named.info.format = FileFormat::kCri;
  named.info.path = Concat({directory, "/", log->live_name});
  named.info.pod = *std::move(pod);
  named.info.lineage = LineageOf(source, named.info.path);
  named.info.labels = options.labels;
  named.rotated = log->kind != PodLogKind::kLive;
  named.age.rotation = log->rotation;
  return named;
}

NameAge StreamNaming::AgeOf(SourceId source, std::string_view path) const {
  if (!sources_[source.value()].kubernetes) return {"", RotationNumber(path)};
  const std::optional<PodLogName> log = ParsePodLogName(TakeLast(path));
  return log.has_value() ? NameAge{std::string(log->rotation), 0} : NameAge();
}

std::optional<NamedStream> StreamNaming::Name(SourceId source, const std::string& path,
                                              const IsLog& is_log) const {
  const TailSourceOptions& options = sources_[source.value()];
  if (options.kubernetes) return NamePodLog(source, path);
  NamedStream named;
  named.info.source = source;
  named.info.format = options.format;
  named.info.path = path;
  named.info.lineage = LineageOf(source, path);
  named.info.labels = options.labels;
  named.age.number = RotationNumber(path);
  const std::string live(StripRotation(path));
  if (live == path) return named;
  const uint64_t lineage = LineageOf(source, live);
  if (is_log(live, lineage)) {
    named.info.path = live;
    named.info.lineage = lineage;
    named.rotated = true;
  }
  return named;
}

}  // namespace tailrace
