#include "agent/tail/pod_path.h"

#include <charconv>

namespace tailrace {

std::optional<PodLogName> ParsePodLogName(std::string_view name) {
  constexpr std::string_view kLog = ".log";
  constexpr std::string_view kGzip = ".gz";
  PodLogName parsed;
  const char* end = name.data() + name.size();
  const auto [digits_end, error] = std::from_chars(name.data(), end, parsed.restart_count);
  if (error != std::errc()) return std::nullopt;
  const size_t digits = static_cast<size_t>(digits_end - name.data());
  if (name.substr(digits, kLog.size()) != kLog) return std::nullopt;
  parsed.live_name = name.substr(0, digits + kLog.size());
  std::string_view rest = name.substr(parsed.live_name.size());
  if (rest.empty()) return parsed;
  if (rest.front() != '.' || rest.ends_with(".tmp")) return std::nullopt;
  rest.remove_prefix(1);
  parsed.kind = PodLogKind::kRotated;
  if (rest.ends_with(kGzip)) {
    parsed.kind = PodLogKind::kGzip;
    rest.remove_suffix(kGzip.size());
  }
  if (rest.empty()) return std::nullopt;
  parsed.rotation = rest;
  return parsed;
}

std::optional<PodLabels> ParsePodDirectory(std::string_view name) {
  const size_t uid_at = name.rfind('_');
  if (uid_at == std::string_view::npos || uid_at == 0) return std::nullopt;
  const size_t pod_at = name.rfind('_', uid_at - 1);
  if (pod_at == std::string_view::npos) return std::nullopt;
  PodLabels labels;
  labels.name_space = name.substr(0, pod_at);
  labels.pod = name.substr(pod_at + 1, uid_at - pod_at - 1);
  labels.uid = name.substr(uid_at + 1);
  const bool whole = !labels.name_space.empty() && !labels.pod.empty() && !labels.uid.empty();
  // Kubernetes names hold no '_'; a directory with more of them is not the kubelet's.
  if (!whole || labels.name_space.find('_') != std::string::npos) return std::nullopt;
  return labels;
}

}  // namespace tailrace
