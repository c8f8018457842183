// Names with labels of streams in them: where a sink's records go.
//
// Threads    Any.
// Failure    A SyntaxError.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/lang/stream_template.h"

namespace tailrace {

// `labels` are those that streams of some source have; no other may be named.
[[nodiscard]] absl::StatusOr<StreamTemplate> ParseDestination(
    std::string_view text, const std::vector<std::string_view>& labels);

}  // namespace tailrace
