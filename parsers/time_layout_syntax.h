// The two languages of timestamp layouts, translated to the steps of time_layout.h.
//
// Threads    Any.
// Failure    kInvalidArgument, naming the construct and its byte in the layout.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "parsers/time_layout.h"

namespace tailrace {

[[nodiscard]] absl::StatusOr<std::vector<TimeStep>> TranslateStrptime(std::string_view layout);
[[nodiscard]] absl::StatusOr<std::vector<TimeStep>> TranslateJava(std::string_view layout);

// "bad layout "LAYOUT": WHAT at byte OFFSET".
absl::Status LayoutError(std::string_view layout, std::string_view what, size_t offset);

}  // namespace tailrace
