// Names below a pods root: <root>/<namespace>_<pod>_<uid>/<container>/<restart>.log, and what the
// kubelet makes of a log when it rotates it.
//
// Threads    Any; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/event/stream.h"

namespace tailrace {

enum class PodLogKind : uint8_t {
  kLive,     // 0.log
  kRotated,  // 0.log.20260102-150405
  kGzip,     // 0.log.20260102-150405.gz
};

struct PodLogName {
  PodLogKind kind = PodLogKind::kLive;
  uint32_t restart_count = 0;
  std::string_view live_name;  // "0.log"
  std::string_view rotation;   // "20260102-150405"; orders the generations. Empty for a live log.
};

// nullopt for other names, such as the kubelet's .tmp files.
std::optional<PodLogName> ParsePodLogName(std::string_view name);

// "<namespace>_<pod>_<uid>" from the right; the first two hold no '_'. nullopt for other names.
std::optional<PodLabels> ParsePodDirectory(std::string_view name);

}  // namespace tailrace
