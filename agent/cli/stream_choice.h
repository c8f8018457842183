// The stream that `explain` and `test` play: of which source, with which labels, in which format.
//
// Threads    Any; free functions.
// Failure    kInvalidArgument that names the choices.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "agent/config/config.h"
#include "agent/event/stream.h"

namespace tailrace {

using StreamLabels = std::map<std::string, std::string, std::less<>>;

// `{namespace="shop",pod="web-0"}` or `{"namespace":"shop"}`; empty text: no labels.
[[nodiscard]] absl::StatusOr<StreamLabels> ParseStreamLabels(std::string_view text);

// The source of that name; with an empty name the only one there is.
[[nodiscard]] absl::StatusOr<SourceId> ChooseSource(const Config& config, std::string_view name);

// A stream of `source` that stands in no file. namespace, pod and container make it a pod's; other
// labels take the place of the source's own.
StreamInfoPtr MakeStream(const Config& config, SourceId source, const StreamLabels& labels,
                         FileFormat format);

// The stream that the agent makes of the file at `path`, with its ids; where no source names such a
// file, one as MakeStream makes it, with that path.
[[nodiscard]] absl::StatusOr<StreamInfoPtr> StreamOfFile(const Config& config, SourceId source,
                                                         const StreamLabels& labels,
                                                         const std::string& path);

// kCri where a container's log is expected and `text` begins as one; else kRaw for such a source,
// and the source's own format for others.
FileFormat FormatOf(const Config& config, SourceId source, std::string_view text);

}  // namespace tailrace
